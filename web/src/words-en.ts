import type { Words } from './words-zh.ts';

/** Words of devices and of the server, in English. A word that is missing here is shown as it is. */
export const facilityKinds: Words = { shed: 'Shed', garage: 'Garage' };

export const portStates: Words = {
  idle: 'Free',
  starting: 'Starting',
  charging: 'Charging',
  'in-use': 'In use',
  'fuse-blown': 'Fuse blown',
  'relay-stuck': 'Relay stuck',
  disabled: 'Disabled',
  unknown: 'Unknown',
};

export const outcomes: Words = {
  granted: 'granted',
  refused: 'refused',
  passed: 'passed',
  'passed-unknown': 'passed',
};

export const directions: Words = { in: 'In', out: 'Out', both: 'In and out' };

export const alertKinds: Words = {
  corridor: 'Corridor case',
  'corridor-overdue': 'Corridor, not corrected',
  smoke: 'Smoke',
  'fire-input': 'Fire signal',
  door: 'Door',
  device: 'Device',
};

export const severities: Words = { notice: 'Notice', urgent: 'Urgent', life: 'Life safety' };

export const alertStates: Words = { open: 'Open', acknowledged: 'Acknowledged', closed: 'Over' };

export const deliveryChannels: Words = { webhook: 'Committee' };

export const deliveryResults: Words = {
  delivered: 'delivered',
  failed: 'not delivered',
  'no-webhook': 'no address set',
};

export const chargeStates: Words = {
  starting: 'Starting',
  charging: 'Charging',
  settled: 'Settled',
  estimated: 'Settled by readings',
  'not-started': 'Not started',
};

export const starters: Words = { card: 'card', phone: 'phone', local: 'at the post' };

export const stopReasons: Words = {
  full: 'battery full',
  'time-used-up': 'time used up',
  'money-used-up': 'money used up',
  manual: 'stopped by hand',
  'energy-used-up': 'energy used up',
  'port-over-power': 'too much power',
  'no-charger-found': 'no charger found',
  'over-temperature': 'too hot',
  smoke: 'smoke',
  'smart-stop': 'smart stop',
  unknown: 'unknown',
};

export const remarks: Words = {
  estimated: 'The post sent no account; billed by its last reading.',
  'impossible-energy': 'The post claimed more energy than it can have delivered; billed by its readings.',
  'impossible-reading-ignored': 'A reading that cannot be true was left out.',
  'impossible-duration': 'The post claimed a duration that cannot be true; it was not used.',
  'limited-to-hold': 'What exceeds the hold is not charged.',
  'late-truth-borne-by-us': 'A late account came to more; the difference is ours to bear.',
  'late-truth-refunded': 'A late account came to less; the difference was refunded.',
  'not-started': 'The charge did not start; nothing is charged.',
  'port-fault': 'The port was faulty; nothing is charged.',
};

export const billLines: Words = { electricity: 'Electricity fee', service: 'Service fee' };

export const sensorKinds: Words = { bay: 'bays', smoke: 'smoke', corridor: 'corridor', gate: 'gate' };

export const reasons: Words = {
  'unknown-device': 'Unknown device',
  'unknown-topic': 'Unknown topic',
  'foreign-topic': 'Another device’s topic',
  'unknown-certificate': 'Unknown certificate',
  'device-mismatch': 'Device mismatch',
  'unknown-command': 'Unknown command',
  'unexpected-event': 'Not this device’s to report',
  'identity-reused': 'Same number, other content',
  'bad-frame': 'Damaged frame',
  'bad-length': 'Wrong length',
  'bad-checksum': 'Wrong checksum',
  'bad-json': 'Not valid JSON',
  'bad-payload': 'Wrong content',
  'unknown-card': 'Unknown card',
  'revoked-card': 'Card revoked',
  'card-not-valid-today': 'Card not valid today',
  'no-right-here': 'No right to enter here',
  'stale-swipe': 'Swipe came too late',
  'stale-request': 'Request came too late',
  'clock-ahead': 'Device clock ahead',
  'refused-by-board': 'Refused by the board',
  'card-only-known-to-board': 'Card known to the board only',
  'revoked-card-admitted': 'Revoked card let in by the board',
  'passage-without-swipe': 'Passage without a swipe',
  'unknown-order': 'Unknown order',
  'order-of-another-port': 'Order of another port',
  'sensor-without-facility': 'Sensor of no facility',
  'too-little-money': 'Balance too low',
  'port-busy': 'Port busy',
  'credential-busy': 'This card is charging',
  'facility-in-alarm': 'Facility in alarm',
  'no-tariff': 'No tariff',
};
