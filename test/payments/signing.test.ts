import { describe, expect, test } from 'vitest';
import {
  openAnswer,
  openForm,
  placeOf,
  signedText,
  signParameters,
} from '../../src/payments/alipay-signature.ts';
import {
  authorization,
  checkAnswer,
  jsapiParameters,
  openSealed,
  requestSignature,
} from '../../src/payments/wechat-pay-signature.ts';

/** Published by WeChat Pay for exactly this: https://pay.weixin.qq.com/doc/v3/merchant/4012365336. It opens nothing. */
const wechatPayTestKey = `-----BEGIN PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCm2mb6q8gMKH/3
CNTbpJAIrbqiBiQGEOtjGcBrDYltsGynWgNscqT7WvfzU14FQbYcQUC5T4Wvva7m
i3fIp3OgX8VqMDNA0qebnr38Pe6kqiLyZgFpJPXlSKDyPyqhRbVTbXssvSMQeVKc
dXeVxoNNeoOlNFHgF/P0io6AmAVnz+hN8SiZKuOsth5/zUTLGvtkgxBcQooQrtXh
RcpLT798OyIb9xeJ2HO3xRtMv2+perEzb4gMibI74UBz+2QEbnkubPE+2jU2rRZu
dnNEz/BPOt3Qj/w2V6/G0VumGDh6+UeMU0jv4aupHztWITC4Akn0l7lBCNy3lgl8
VFaJnkIxAgMBAAECggEAYGL8aESB7NwciDWW2UdoWUsa7GxFtSdjAz2mFXGdeTsY
mVh7b9OOkRGM+Qio4LqEHDBp1mMk5E/cUJwy1zw8pGGO5nfvs7u9TT3XnHaefIs4
YvUgTYAneIuLRkXNN5rQU+CD7mVYczTSz0Vgjqo9wa1LjUz7G0xbBmJgTdMEFGJs
eJjy6AbJo0CGIwp6HJbTm4CmOUgXnnDAIbEGTIRImkZFH/rzneIeR7oZ77FVwxr1
CZB2gfRCov/yRPbw8vnryYkmvQ7D/ze3j5097vRg/MoDGBSdoOwcmo75vyofr0AS
zytMjmHYyifqkf5slPropSiJeGf4p/7gtKyF6dE/XQKBgQDVAlJ+4U5ZVGOuDc3+
sAhz8CTzgFNlq9vKuSoFK6hOz2L+cwj+E7NXGkOe2DsHHZNy2Xqxk7caKhPEp1z9
hhpMpyLVMoFt6CKemyoRBWDCQwLLwem9SZF/IAyovBkLiH36P42Jm26gUkNMKC/5
Zhtqxf6RZgRQzbVudJi47vIRCwKBgQDIh0+v27Oo+DM3fhObH4I1NrXpWOEGH7OQ
G1dEsMuFYF4hjGhg0kBEP3w9vVdl2+mRllZKTsx9oqjb8OibPLLIH8xsdbAB0WLf
JvjLu4wl/ILUzN1RI03dWnnv2EnEeQn6c3hizvrJ9wR5U4ue9RPVnQooJ0hZF1PU
uCL5fWK3MwKBgElReU/PAYbh80WP3t3Rfbdaa32dKBeQ5iCLR5lsA4zM+YgX1HqQ
EWTj126vgvHaDkyz6vWAoL/Sx+cirHFfXWIRDX5Q2hgYlQH+6qXdMgbrxeSYpHnQ
/tHBGFpkFELSAnrGsVMyOwvYBO4LzyeLK9i+ufcWJFoj1FVmsMLHDG8tAoGARdbi
iQQCoYG4DMarO2aQ6cmhN6EN1h0qY7EyBqlwaIZ0okiNfdMcMOjPc41DKCWcRmlO
qlihXcxN9TQFPzO3rH1urAOdBjUPs1qWYhZyrDQyuLyVBBJApyxAtajloDjrob+f
mQIvVDHk7ACN6xG+E7K6+9salnTKbJapD618uQMCgYBNy6XUvzLkP/A1U/UZdtcx
l8GwU/dturLxz4CyGbqDw4ubaYY2e13lnqHUqQgPtiSyH51nq3tdo8G0YAJdfkSv
KvnfslW91fyEBUKnkdW1o3/1UFU/wprZ7ixVL/F42A4xDu7OFE8EnweJOZ0jWceE
OdhCkaIGBCfRnlECRK8UyQ==
-----END PRIVATE KEY-----`;

/** Published by WeChat Pay: https://pay.weixin.qq.com/docs/merchant/development/interface-rules/build-verify-sign-src.html */
const wechatPayPublicKey =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwXNI6sdlknHBnK8Fu2U6Cwor9qY747jP8KAfeBMeveEt1TqaHkLfaSD07trZLhGpfs8/AHqjhgSMO1O10YQWOrrJ4hjIWPKqxbgrYMkBQc+mwdiWp4W3ByCqxBRagCveCXRWCmuJYovl9H/bsDI0iGbpVtEOghJtfciisYSgxcLufUDTRkvwxjIBK1pCRjk33jJ5YTBWTHMRtMAOcFLNF6hdEYdX8SPsgHHeLZ5Lv2T/686w1xtgCHef/sd4uSfWmyzsalQdHG/e4IyYmrhx+O3VBoNDzE3nx23bFeV/RVNCG7cV6VhmYokJNHa/erIPkEmEFID6A5wQOXuxUkmJWwIDAQAB';

/** Published by Alipay: test/fixtures/app-private-key.pem of https://github.com/alipay/alipay-sdk-nodejs-all. */
const alipayAppKey = `-----BEGIN RSA PRIVATE KEY-----
MIIEowIBAAKCAQEAvpjRtB7IcjsA9LwjZhiK20y3pEoLnEdUASaY1R20eKxhzKC1
Y/GFIVAxTLDS8QddHdY+r4tHAKnQe2+rl6cZ883GgJh200G83WVbsjiED+cHf6+R
rlW2zkZgAR7QwgacWGVSgQTRaOu3TSa3SH2+ZhY/g2yaITvjtqrnbySY/KmFm3G5
kMdJuEHfcqOqHnpUtrAH5qwSB7+ZicPtLLjPTewjeBTl/sJVN39whDHG9tPaZ4B3
hvwyFaXUDc4jHtGQl9Ed+3XYPJQafmmiLJ9eh/WcjhgHYWTEkjyHDK0HuCbNfJ7r
zHs4ZTbnxf/f0KTZHvb7Y03Z7KO/8ZnG1kLD+QIDAQABAoIBAGQXuyEdfWTH6cOc
vfZS8zEhw9tKa3iB2PLVwzNAa1NoK+AbkcbPwntxMsK0pcKgfF078yWbPglyJKN+
TJ3SyoVHznQgHV7qSfX20cXxeiEj0cNTf20PZHZFbQuJlFYgxKCDbWWGEzdHerbQ
mzY9muzfyDELqpHDct2uOOYcUR92ObvmnjH2zNUHYvzMroDLFcJZZXX40VcxVhK9
6Oze9dTm1xAFa+pEiVqtxt6pkGoHgAp9k4Kbr1ysIo1FEmBDFEo55y7CLx05bOL/
/NcwLZPZkEC6LcOa5esFT3aRtpLjmsdxWcYR6QRU8bFW8mQgn/1SSq3DHqHRdOMl
9hzG2rUCgYEA+AmQmJrBnpdM4RNghvSC0c9cPn/UhR2H5L9CoMmphXwhq0CcisHc
netRhi39JbIpAFTXWmRYRiyMHzKiW61KvrwaGXUj90fsLtlVjtqxpMPQifaOrk37
DKAfAtdRmcU27LtvYvCqxytWsyaS5g2pS8rxTHMZ4ena2+9N8VPXm/8CgYEAxLcx
tLVziC93n3eJF1si5Ofp66MPORJVie5/onxORvEjSgqdQfkBcshpM3kf6BcYIhT/
wPenUizs7zLAQVw6TI5ojoFqVDjh5JNNVfcBDUJ1giXNr7PZhJum8ru6BRLSvNPt
zydfqA0XPZGbtE2nD5QjI3jQb32rme12hvqigAcCgYEA5STo+aKW1y2N761YErVX
Gf/Ih1DPA/9JKRFsu2AyhUgtTqmNNT9t0lKwaRaZdLbH3C+FGFP1nTbQaI39olZQ
5C6gqf4nMO64Cnvr5+KwFLh2Ms6d9/fAw2Q14gkLsNSaLk/m0m/mRcQK/8zWD0R1
r7iX/XmkYqoJ7/9/cUB0wv8CgYAZ1OykDEfVlFYjDLFl7cPRR1sCZHE1T2EIMdd0
4Nnumu/FY0tvRGGaTxLxfXBhK9cxcox7LIo+UkPyzTlN2+yT7Qdx3zC1SprvRyCa
r0rmENoZcxllfzqLHV149ong7K3bugC6eTMogD+TCDHoJWJQu2U53T2RxnDoT7SG
2RbJtQKBgDpcl1phYQfGOHDddOXhXpG+h9rKlbvDTDy+KbeBIBaUMTFQV3g3q5Cp
D2TW/C4Pu4xk9Yrt44xdLcuaZ0iyqNL7JmYtaVlZ/5YU9ijV/yRQ07PuHem+08br
awarfVnUiPtuiOwSfYw3//irBNow2h7BvzGx1lbvUI4tXJwTR6ov
-----END RSA PRIVATE KEY-----`;

/** Published by Alipay: test/alipay.test.ts of the same, `checkNotifySign`. */
const alipayPublicKey =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqObrdC7hrgAVM98tK0nv3hSQRGGKT4lBsQjHiGjeYZjOPIPHR5knm2jnnz/YGIXIofVHkA/tAlBAd5DrY7YpvI4tP5EONLtZKC2ghBMx7McI2wRD0xiqzxOQr1FuhZGJ8/AUokBzJrzY+aGX2xcOrxFYRlFilvVLTXg4LWjR1tdPkO6+i7wQZAIVMClPkwVRZEbaERRHlKqTzv2gGv5rDU8gRoe1LeaN+6BlbTqHWkQcNCUNrA8C6l17XAXGKDsm/9TFWwO8EPHHHCaQdjtV5/FdcWIt+L8SR1ss7EXTjYDFtxcKVv9rEoY1lX8T4mX+GbXfZHraG5NCF1+XioL5JwIDAQAB';

const merchant = {
  merchantId: '1900007291',
  serialNumber: '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB',
  privateKey: wechatPayTestKey,
};

describe('WeChat Pay, by its published examples', () => {
  const request = {
    method: 'POST',
    path: '/v3/pay/transactions/jsapi',
    timestampS: 1554208460,
    nonce: '593BEC0C930BF1AFEB40B4A08C8FB242',
    body: '{"appid":"wxd678efh567hg6787","mchid":"1900007291","description":"Image形象店-深圳腾大-QQ公仔","out_trade_no":"1217752501201407033233368018","notify_url":"https://www.weixin.qq.com/wxpay/pay.php","amount":{"total":100,"currency":"CNY"},"payer":{"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}}',
  };
  const signature =
    'jnks4dlrPw3ZX+ozVvSK39oa0t7OMBsg83BHAwd8BRdUFiVaQNTLTvci+wURgP1OQBbKYhFGvt7iqYpDSTQkp7Uq1sltaQKyncCyrA1g88m5bsKERQfPyT0ahSwKTYJ1CAn9QiJuSJRq1QsQs07eehbU/k9BCS51jTyc1Jpsi2H77HF9f/BnjXAOP3/sPObg6V5Ee4EzwLox684hhuMuIwHo7D8KFk3LIHOKDcNI4It1aCXydFWNpNK+SG86VUDe5kwoDpw4Ulqfu9z8OFDGbDs9TCxEv8iqQzbpxOlEVoOe2kalSYM5kApQb3nZcxdUtoE0liJGW3RGUNE0t4v01A==';

  test('a request with a body is signed to the byte', () => {
    expect(requestSignature(request, wechatPayTestKey)).toBe(signature);
    expect(authorization(request, merchant)).toBe(
      `WECHATPAY2-SHA256-RSA2048 mchid="1900007291",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",signature="${signature}",timestamp="1554208460",serial_no="408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"`,
    );
  });

  test('a request without a body is signed to the byte', () => {
    // https://pay.weixin.qq.com/doc/v3/merchant/4012365334, with the same key.
    const path = '/v3/refund/domestic/refunds/123123123123';
    expect(requestSignature({ ...request, method: 'GET', path, body: '' }, wechatPayTestKey)).toBe(
      'Lc9VXxmeonkdV8Xk9tmigQFLhl0vRWTerdmoRu01aAnYwIrD/5nsSwE1WlmZGLRlAFTNQ3QsMa0+VRDlJp1Wp5p0nO8EK68b5sJBbjouxaFciIfq1zfDWWz+jqhcMoKXI1A6dPm1AW7D4d30WsMTNzp6g23OXakIsh9LO3lUmwvTuE0BY8ncf6tNGk4wKmvXwERd/ZpoQY3MAVKz+Nakwc+2XBmzT66KcUehU5kr4IvGa/lEU5RZb/q00zP9VLdBhC/jQSX3X1UcJLCtEc4gTmib4tnmAT+bHF/e17ZAuxDNcx6rqT8gNEXqaJGG+1OflMSTU2tpyG65G4dMKdFcoA==',
    );
  });

  test('what a page in WeChat is given is signed to the byte', () => {
    // https://pay.weixin.qq.com/doc/v3/merchant/4012365341
    const given = { appId: 'wx2421b1c4370ec43b', privateKey: wechatPayTestKey };
    const { timestampS, nonce } = request;
    const prepayId = 'wx201410272009395522657a690389285100';
    expect(jsapiParameters(given, { prepayId, timestampS, nonce })).toEqual({
      appId: 'wx2421b1c4370ec43b',
      timeStamp: '1554208460',
      nonceStr: '593BEC0C930BF1AFEB40B4A08C8FB242',
      package: 'prepay_id=wx201410272009395522657a690389285100',
      signType: 'RSA',
      paySign:
        'mI35pfNEQV6777ke/1T+LJLQDNTm7yeoUJH+j/adPGhmCCi0PbgkvYQTRcXH0uibcLVtvFLdGLpmoYO9FV6lBBsTAjuhh5YOvQi0e2g3e0yytitiNET9FEuqM0pjnKfRW4K6LIZDdbWJv9KhZUx3DrJa5TL7OJ7VdADVivxVySIlPVKjGwuCXzuXSJes0UcILgWQUMyha5/3nYofuHtS7r+KYyMuxD+oJ9VM1Qdxk4UIG59CP5Y3wtYIFybyF3bdu1caHTRRX+DLyMXyYA/IrTmiW01c4RPjpHBX5Dk1sZyY1zVsWNsvMHr2e1NTWtBxKJ+qk5N61J7caYoepHFaxw==',
    });
  });

  const serial = 'PUB_KEY_ID_0000000000000024101100397200000006';
  const keys = { [serial]: wechatPayPublicKey };
  const signedAtMs = 1722850421_000;
  const answer = {
    headers: {
      'wechatpay-nonce': 'd824f2e086d3c1df967785d13fcd22ef',
      'wechatpay-signature':
        'mfI1CPqvBrgcXfgXMFjdNIhBf27ACE2YyeWsWV9ZI7T7RU0vHvbQpu9Z32ogzc+k8ZC5n3kz7h70eWKjgqNdKQF0eRp8mVKlmfzMLBVHbssB9jEZEDXThOX1XFqX7s7ymia1hoHQxQagPGzkdWxtlZPZ4ZPvr1RiqkgAu6Is8MZgXXrRoBKqjmSdrP1N7uxzJ/cjfSiis9FiLjuADoqmQ1P7p2N876YPAol7Rn0+GswwAwxldbdLrmVSjfytfSBJFqTMHn4itojgxSWWN1byuckQt8hSTEv/Lg97QoeGniYP17T80pJeQyL3b+295FPHSO2AtvCgyIbKMZ0BALilAA==',
      'wechatpay-timestamp': '1722850421',
      'wechatpay-serial': serial,
    },
    body: Buffer.from('{"code_url":"weixin://wxpay/bizpayurl?pr=JyC91EIz1"}'),
  };
  const minutesMs = (minutes: number) => minutes * 60_000;

  test.each([-5, 0, 5])('its answer is believed %i minutes after it was signed', (minutes) => {
    expect(() => checkAnswer(answer, keys, signedAtMs + minutesMs(minutes))).not.toThrow();
  });

  test.each([
    ['too old', answer, keys, signedAtMs + minutesMs(5) + 1, 'notification-expired'],
    ['of tomorrow', answer, keys, signedAtMs - minutesMs(5) - 1, 'notification-expired'],
    ['with another body', { ...answer, body: Buffer.from('{}') }, keys, signedAtMs, 'signature-invalid'],
    [
      'with another time',
      { ...answer, headers: { ...answer.headers, 'wechatpay-timestamp': '1722850422' } },
      keys,
      signedAtMs,
      'signature-invalid',
    ],
    ['under a key that is not known', answer, { other: wechatPayPublicKey }, signedAtMs, 'signature-invalid'],
    [
      'under a name that every object has',
      { ...answer, headers: { ...answer.headers, 'wechatpay-serial': 'constructor' } },
      keys,
      signedAtMs,
      'signature-invalid',
    ],
    ['without a signature', { ...answer, headers: {} }, keys, signedAtMs, 'signature-invalid'],
  ])('its answer is not believed when it is %s', (_, given, known, nowMs, error) => {
    expect(() => checkAnswer(given, known, nowMs)).toThrow(expect.objectContaining({ error }));
  });

  test('a trial of WeChat Pay, whether anybody looks, is not believed, and said to be one', () => {
    const headers = { ...answer.headers, 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abcd' };
    expect(() => checkAnswer({ ...answer, headers }, keys, signedAtMs)).toThrow(/trial of WeChat Pay/);
  });

  test('what it seals is opened', () => {
    // AeadAesCipherTest and TestConfig of https://github.com/wechatpay-apiv3/wechatpay-java
    const sealed = {
      ciphertext: 'ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=',
      nonce: 'uluk4a9R25RW',
      associated_data: 'associatedData',
    };
    const apiV3Key = 'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb';
    expect(openSealed(sealed, apiV3Key)).toBe('message');
    for (const changed of [
      { ...sealed, associated_data: 'another' },
      { ...sealed, ciphertext: `v${sealed.ciphertext.slice(1)}` },
      { ...sealed, ciphertext: '' },
      { ...sealed, nonce: 'uluk4a9R25RX' },
    ])
      expect(() => openSealed(changed, apiV3Key)).toThrow(
        expect.objectContaining({ error: 'signature-invalid' }),
      );
  });
});

describe('Alipay, by its published examples', () => {
  test('what is signed are the parameters with a value, sorted, as they are', () => {
    // https://opendocs.alipay.com/common/02kf5q, without the menu's many entries
    const parameters = {
      app_id: '2014072300007148',
      method: 'alipay.mobile.public.menu.add',
      charset: 'GBK',
      sign_type: 'RSA2',
      timestamp: '2014-07-24 03:07:50',
      biz_content: '{"button":[{"actionParam":"ZFB_HFCZ","actionType":"out","name":"话费充值"}]}',
      app_auth_token: '',
      sign: 'e9zEAe4TTQ4LPLQvETPoLGXTiURcxiAKfMVQ6Hrrsx2hmyIEGvSfAQzbLxHrhyZ48wOJXTsD4FPnt',
      version: '1.0',
    };
    expect(signedText(parameters)).toBe(
      'app_id=2014072300007148&biz_content={"button":[{"actionParam":"ZFB_HFCZ","actionType":"out","name":"话费充值"}]}&charset=GBK&method=alipay.mobile.public.menu.add&sign_type=RSA2&timestamp=2014-07-24 03:07:50&version=1.0',
    );
  });

  test('a request is signed to the byte as Alipay’s own library signs it', () => {
    // alipay-sdk 4.14.0, sign('alipay.trade.precreate', …) of dist/esm/util.js under the key above
    const parameters = {
      app_id: '2014072300007148',
      method: 'alipay.trade.precreate',
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: '2014-07-24 03:07:50',
      version: '1.0',
      notify_url: 'https://pay.example.com/payments/alipay/notify',
      biz_content: '{"out_trade_no":"20150320010101001","total_amount":"88.88","subject":"余额充值 top-up"}',
    };
    expect(signParameters(parameters, alipayAppKey)['sign']).toBe(
      'pJlpG+zSGq0paqvfidJYcjhhMY05VxlH9gYU0jEF11qFb4Le5L+HV0AE8LDbJVJciohV6UT6wX/GCDMz/VJz+jads/zo8tOTP+2LBLOjMdivNndojs+AMaZaaNnoG29vQWMx5WSsvucBfYiOePT4xI0U6bXD1qJFrTJ2lIqAkGcaE88kgC6IIxSxmsIWbSxi7lhTrpm9qFzFNzgnRvwyVAT+VojF2Y7GkrH8mJ+rdnU8khcUS/Gdr8ews9swEsQ4ryNclS60uRDcA5boyYbr2TYtTl1OGtnzmXQ9iXSEaVdYTMpkf/hnP3xWizV+b4XEgPikt0TGM4X9X082wMYncw==',
    );
  });

  const notification = {
    gmt_create: '2019-08-15 15:56:22',
    charset: 'utf-8',
    seller_email: 'z97-yuquerevenue@service.aliyun.com',
    subject: '语雀空间 500人规模',
    sign: 'QfTb8tqE1BMhS5qAnXtvsF3/jBkEvu9q9en0pdbBUDDjvKycZhQb7h8GDs4FKfi049PynaNuatxSgLb/nLWZpXyyh0LEWdK2S6Ri7nPwrVgOs08zugLO20vOQz44y3ti2Ncm8/wZts1Fr2gZ7pShnVX3d1B50hbsXnObT1r/U8ONNQjWXd0HIul4TG+Q3fm3svmSvFEy0WnzuhcyHPX5Gm4ELNctL6Qd5YniGJFNcc7kopHYtI/XD9YCKCH6Ct02rzUs9i11C9CsadtZn+WhxF26Dqt9sGEFajkJ8cxUTLi8+VCpLHsgPE8P0y095uQcDdK0YjCh4x7wVSov+lrmOQ==',
    buyer_id: '2088102534368455',
    invoice_amount: '0.10',
    notify_id: '2019081500222155624068450559358070',
    fund_bill_list: '[{"amount":"0.10","fundChannel":"ALIPAYACCOUNT"}]',
    notify_type: 'trade_status_sync',
    trade_status: 'TRADE_SUCCESS',
    receipt_amount: '0.10',
    buyer_pay_amount: '0.10',
    sign_type: 'RSA2',
    app_id: '2019073166072302',
    seller_id: '2088531891668739',
    gmt_payment: '2019-08-15 15:56:24',
    notify_time: '2019-08-15 15:56:25',
    version: '1.0',
    out_trade_no: '20190815155618536-564-57',
    total_amount: '0.10',
    trade_no: '2019081522001468450512505578',
    auth_app_id: '2019073166072302',
    buyer_logon_id: 'xud***@126.com',
    point_amount: '0.00',
  };
  const form = (content: Record<string, string>) => Buffer.from(String(new URLSearchParams(content)));

  test('its notification is believed', () => {
    const { sign: _, sign_type: __, ...signed } = notification;
    expect(openForm(form(notification), alipayPublicKey)).toEqual(signed);
  });

  test.each([
    ['with another amount', form({ ...notification, total_amount: '0.01' })],
    ['with one parameter more', form({ ...notification, refund_fee: '0.10' })],
    ['signed in the old way', form({ ...notification, sign_type: 'RSA' })],
    ['without a signature', form({ ...notification, sign: '' })],
    ['with a parameter twice', Buffer.concat([form(notification), Buffer.from('&total_amount=0.10')])],
    ['of nothing', Buffer.alloc(0)],
  ])('its notification is not believed %s', (_, body) => {
    expect(() => openForm(body, alipayPublicKey)).toThrow(
      expect.objectContaining({ error: 'signature-invalid' }),
    );
  });

  test.each([
    // AlipaySignatureTest of https://github.com/alipay/alipay-sdk-java-all
    ['{"code":"10000","msg":"Success","trade_no":"2019062322001446881000041395"}'],
    ['{"code":"10000","nested":{"a":1,"array":["1","2"]},"trade_no":"201{9}062"}'],
    ['{"co{de":"100}00","ms}g":"Suc\\"}cess","ne{sted":{"a":1,"array":["\\"{1","2"]},"trade_no}":"20\\"1{"}'],
    ['{"code":"10000\\\\",         "msg": "Success",  "\\\\out_trade_no\\\\": "\\\\\\\\2015\\\\\\\\"     }'],
  ])('what is signed of its answer is the member as it came: %s', (member) => {
    const answer = `{"alipay_trade_create_response":${member},"sign":"TS355N0QjK1r9GyD4YOsG5e=="}`;
    expect(answer.slice(...(placeOf(answer, 'alipay_trade_create_response') ?? []))).toBe(member);
    expect(placeOf(answer, 'alipay_trade_query_response')).toBeUndefined();
    const body = Buffer.from(answer);
    expect(() => openAnswer(body, '', 'alipay_trade_create_response', alipayPublicKey)).toThrow(
      expect.objectContaining({ error: 'signature-invalid' }),
    );
  });
});
