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

/** What a door is told and how far it has done it: `<wanted>-<state>`; or by its cards, or unknown. */
export const doorStates: Words = {
  'by-card': '刷卡通行',
  unknown: '未知',
  'open-asked': '已要求敞开，等待确认',
  'open-confirmed': '保持开启',
  'open-unanswered': '已要求敞开，无应答',
  'open-failed': '未能敞开',
  'by-card-asked': '已要求恢复刷卡，等待确认',
  'by-card-confirmed': '刷卡通行',
  'by-card-unanswered': '已要求恢复刷卡，无应答',
  'by-card-failed': '未能恢复刷卡',
};

export const outcomes: Words = {
  granted: '放行',
  refused: '拒绝',
  passed: '已通过',
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
  refused: '对方拒收',
  unreachable: '无法连接对方',
  'timed-out': '对方未按时回复，可能已收到',
  unknown: '连接中断，可能已收到',
  'no-webhook': '未设置推送地址',
};

export const sessionStates: Words = {
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
  'no-charger-found': '充电器已拔下或未接好',
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
  'power-beyond-bands': '功率超出最高一档，按最高一档计费。',
  'capped-per-session': '已达单次封顶，超出部分不收。',
  'capped-per-day': '已达当日封顶，超出部分不收。',
  'port-fault': '充电口故障，没有开始，不收费。',
  refused: '充电桩拒绝启动，不收费。',
  'end-never-told': '充电桩没有报告结束。',
  'stop-lost-borne-by-us': '停止指令没有及时送达，之后的电量由我们承担。',
};

/** What a slice of a bill is, where it is not simply energy or time. */
export const slices: Words = {
  'start-fee': '起步费',
  minimum: '最低消费',
  'up-to-minimum': '补足单次最低消费',
  overstay: '超时占位费',
  cap: '封顶减免',
};

export const freeReasons: Words = {
  'free-minutes': '免费时段',
  minimum: '已含在最低消费内',
  package: '套餐抵扣',
};

export const priceUnits: Words = { kWh: '元/kWh', hour: '元/小时', once: '元/次' };

export const billLines: Words = { electricity: '电费', service: '服务费' };

export const sensorKinds: Words = {
  bay: '车位',
  smoke: '烟感',
  corridor: '楼道',
  'door-gateway': '门禁网关',
  gate: '闸道',
};

/** Why something was refused; the names are those of the journal. */
export const reasons: Words = {
  'unknown-device': '未登记的设备',
  'unknown-topic': '未知主题',
  'foreign-topic': '他人的主题',
  'unknown-certificate': '未知证书',
  'connection-refused': '连接被拒绝',
  'device-mismatch': '设备身份不符',
  'unknown-command': '未知指令',
  'unexpected-event': '设备不应上报此事',
  'identity-reused': '编号重复而内容不同',
  flooding: '消息过多，超出上限',
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
  'door-passed-without-swipe': '未刷卡通过',
  'unknown-order': '未知订单',
  'order-of-another-port': '别的充电口的订单',
  'sensor-without-facility': '传感器未归属车棚',
  'too-little-money': '余额不足',
  'port-busy': '充电口占用',
  'credential-busy': '此卡正在充电',
  'facility-in-alarm': '车棚正在报警',
  'no-tariff': '没有电价方案',
};

/** Errors by name, as the person who meets them should read them. */
export const errors: Words = {
  'bad-request': '填写的内容不完整或不正确，请检查后再试。',
  forbidden: '您的账号没有这个权限。',
  'not-found': '找不到。请核对编号后再试。',
  'already-exists': '已经有了，没有重复写入。',
  'identity-reused': '同一编号下已有另一个请求，请重新提交。',
  'card-number-taken': '这张卡已经登记给别人。',
  'port-busy': '这个充电口正在使用。',
  'credential-busy': '这张卡或这部手机正在充电。',
  'too-little-money': '余额不够。',
  'facility-in-alarm': '车棚正在报警，暂停充电。',
  'no-tariff': '这里还没有电价方案。',
  'tariff-invalid': '这个电价方案不能保存。请改好下面所说的地方，再试一次。',
  'tariff-immutable': '电价方案保存后不能修改，请另存为新版本。',
  'money-invalid': '金额不能用：要大于零、最多两位小数，且不超过可用的数额。',
  'currency-unknown': '只接受人民币。',
  'spend-limit-reached': '已达到本月的消费上限。',
  'package-used-up': '这个套餐已用完或已过期。',
  'package-used': '这个套餐已经用过，不能再退。',
  'package-lapsed': '这个套餐已经过期，不能再退。',
  'credit-in-use': '透支额度正在使用，不能降到这个数以下。',
  'same-person': '自己提出的要由别人复核。',
  'changed-meanwhile': '提出之后原来的内容已经变了：请不通过后重新提出。',
  'too-many-waiting': '等待复核的更改太多，请先处理完。',
  'already-decided': '已经有人处理过了。',
  'already-refunded': '这一笔已经退过，不能再退。',
  'not-booked': '还没有入账，没有凭条。',
  'more-than-charged': '超过了这次充电实际收取的数额。',
  'not-paid': '这一笔还没有付款。',
  'too-many-orders': '还有太多没付的付款码。请先付掉其中一个，或等它们过期。',
  'payment-mismatch': '支付渠道报来的金额或单号与订单不符。',
  'charset-unknown': '所注明的字符集无法识别。',
  'signature-invalid': '签名不对，未予采信。',
  'notification-expired': '通知过期，未予采信。',
  'provider-unconfigured': '这里还没有开通这种支付方式。',
  'provider-refused': '支付渠道拒绝了这一笔。',
  'provider-unavailable': '暂时连不上支付渠道，请稍后再试。',
  'tariff-in-past': '生效时间太近或已过，请选更晚的时刻。',
  'month-not-over': '这个月还没有过完（月末之后还要等迟到的结算），暂不能月结。',
  'month-open': '要先月结更早的月份，或这个月还没有结账。',
  'month-closed': '这个月已经结账，不再变化。',
  'reconciliation-missing': '还没有与支付渠道对账。请先对账，或写明为什么不能对账。',
  'books-do-not-balance': '账不平，没有结账；这是系统的问题，请联系运营。',
  'lost-race': '同时有别人在改，请再试一次。',
  'table-busy': '系统繁忙，请稍后再试。',
  unavailable: '我们这边出了问题，请稍后再试。',
};
