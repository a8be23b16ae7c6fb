/** Words of devices and of the server, in Chinese. A word that is missing here is shown as it is. */
export type Words = Readonly<Record<string, string>>;

export const facilityKinds: Words = { shed: '车棚', garage: '车库' };

export const portStates: Words = {
  idle: '空闲',
  starting: '启动中',
  charging: '充电中',
  'in-use': '占用',
  'fuse-blown': '熔断',
  'relay-stuck': '粘连',
  disabled: '停用',
  unknown: '未知',
};

export const outcomes: Words = {
  granted: '放行',
  refused: '拒绝',
  passed: '已通过',
  'passed-unknown': '已通过',
};

export const directions: Words = { in: '进', out: '出', both: '进出' };

export const alertKinds: Words = {
  corridor: '楼道违停',
  'corridor-overdue': '违停未改正',
  smoke: '烟雾报警',
  'fire-input': '消防信号',
  door: '门',
  device: '设备',
};

export const severities: Words = { notice: '提醒', urgent: '紧急', life: '生命安全' };

export const alertStates: Words = { open: '待处理', acknowledged: '已确认', closed: '已结束' };

export const deliveryChannels: Words = { webhook: '居委会' };

export const deliveryResults: Words = {
  delivered: '已送达',
  failed: '未送达',
  'no-webhook': '未设置推送地址',
};

export const chargeStates: Words = {
  starting: '启动中',
  charging: '充电中',
  settled: '已结算',
  estimated: '按读数结算',
  'not-started': '未启动',
};

export const starters: Words = { card: '刷卡', phone: '手机', local: '充电桩本地' };

export const stopReasons: Words = {
  full: '充满',
  'time-used-up': '时间用完',
  'money-used-up': '金额用完',
  manual: '人工停止',
  'energy-used-up': '电量用完',
  'port-over-power': '功率过大',
  'no-charger-found': '未接充电器',
  'over-temperature': '温度过高',
  smoke: '烟雾报警',
  'smart-stop': '智能停止',
  unknown: '未知',
};

/** What billing remarks about a receipt. */
export const remarks: Words = {
  estimated: '充电桩没有结算，按最后一次读数计费。',
  'impossible-energy': '充电桩报的电量不可能达到，按读数计费。',
  'impossible-reading-ignored': '有一次读数不可能达到，未计入。',
  'impossible-duration': '充电桩报的时长不可能达到，未采用。',
  'limited-to-hold': '超过预扣的部分不收取。',
  'late-truth-borne-by-us': '迟到的结算金额更高，差额由我们承担。',
  'late-truth-refunded': '迟到的结算金额更低，差额已退回。',
  'not-started': '充电没有开始，不收费。',
  'port-fault': '充电口故障，没有开始，不收费。',
};

export const billLines: Words = { electricity: '电费', service: '服务费' };

export const sensorKinds: Words = { bay: '车位', smoke: '烟感', corridor: '楼道', gate: '闸道' };

/** Why something was refused; the names are those of the journal. */
export const reasons: Words = {
  'unknown-device': '未登记的设备',
  'unknown-topic': '未知主题',
  'foreign-topic': '他人的主题',
  'unknown-certificate': '未知证书',
  'device-mismatch': '设备身份不符',
  'unknown-command': '未知指令',
  'unexpected-event': '设备不应上报此事',
  'identity-reused': '编号重复而内容不同',
  'bad-frame': '报文损坏',
  'bad-length': '长度不符',
  'bad-checksum': '校验不符',
  'bad-json': '不是有效的 JSON',
  'bad-payload': '内容不符',
  'unknown-card': '未知卡片',
  'revoked-card': '卡片已停用',
  'card-not-valid-today': '卡片今日无效',
  'no-right-here': '无权进入此处',
  'stale-swipe': '刷卡消息过旧',
  'stale-request': '请求过旧',
  'clock-ahead': '设备时钟超前',
  'refused-by-board': '门禁板拒绝',
  'card-only-known-to-board': '只有门禁板认识的卡',
  'revoked-card-admitted': '门禁板放行了已停用的卡',
  'passage-without-swipe': '未刷卡通过',
  'unknown-order': '未知订单',
  'order-of-another-port': '别的充电口的订单',
  'sensor-without-facility': '传感器未归属车棚',
  'too-little-money': '余额不足',
  'port-busy': '充电口占用',
  'credential-busy': '此卡正在充电',
  'facility-in-alarm': '车棚正在报警',
  'no-tariff': '没有电价方案',
};
