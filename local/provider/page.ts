import { type Trade, yuan } from './trades.ts';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const titles = { 'wechat-pay': '微信支付 WeChat Pay', alipay: '支付宝 Alipay' } as const;

export const pageStyle = `
  :root { color-scheme: light dark; }
  body { margin: 0; font: 20px/1.5 system-ui, sans-serif; display: grid; min-height: 100vh; place-items: center; }
  main { width: min(26rem, 100% - 2rem); padding: 1rem 0; text-align: center; }
  h1 { font-size: 1.3rem; } .amount { font-size: 3rem; font-weight: 700; margin: .5rem 0; }
  .note { font-size: 1rem; opacity: .75; } form { display: grid; gap: 1rem; margin-top: 2rem; }
  button { font: inherit; font-weight: 700; min-height: 4rem; border-radius: .75rem; border: 2px solid; cursor: pointer; }
  .pay { background: #0a7a3c; border-color: #0a7a3c; color: #fff; } .refuse { background: transparent; color: inherit; }
`;

const page = (title: string, content: string): string =>
  `<!doctype html><html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${title}</title><style>${pageStyle}</style></head><body><main>${content}</main></body></html>`;

/** What a payer's phone shows after the code was scanned. */
export function confirmPage({ provider, description, amountFen, orderId, token }: Trade): string {
  return page(
    titles[provider],
    `<h1>${titles[provider]}</h1><p class="note">本地模拟，不会扣款 · Stand-in: no real money</p>
    <p>${escaped(description)}</p><p class="amount">¥${yuan(amountFen)}</p>
    <p class="note">商户订单号 Order ${escaped(orderId)}</p>
    <form method="post" action="/pay/${token}"><button class="pay" name="deed" value="confirm">确认支付<br>Confirm</button>
    <button class="refuse" name="deed" value="refuse">取消<br>Cancel</button></form>`,
  );
}

/** What the stand-in shows of itself: the orders that wait for a payer, newest first. */
export function ordersPage(trades: readonly Trade[]): string {
  const open = trades.filter(({ state }) => state === 'open').reverse();
  const lines = open.map(
    ({ provider, amountFen, token }) =>
      `<p><a href="/pay/${token}">${titles[provider]} ¥${yuan(amountFen)}</a></p>`,
  );
  const none = '<p class="note">没有待支付的订单<br>No order waits for a payer</p>';
  return page('支付模拟', `<h1>支付模拟 Payment stand-in</h1>${lines.length === 0 ? none : lines.join('')}`);
}

const results = {
  paid: ['支付成功', 'Paid'],
  closed: ['订单已关闭', 'This order is closed'],
  open: ['未支付', 'Not paid'],
} as const;

/** What the phone shows afterwards. */
export function resultPage({ provider, state, amountFen }: Trade): string {
  const [zh, en] = results[state];
  return page(
    titles[provider],
    `<h1>${titles[provider]}</h1><p class="amount">¥${yuan(amountFen)}</p><p>${zh}<br>${en}</p>`,
  );
}
