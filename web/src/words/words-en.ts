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

/** What a door is told and how far it has done it: `<wanted>-<state>`; or by its cards, or unknown. */
export const doorStates: Words = {
  'by-card': 'Card needed',
  unknown: 'Unknown',
  'open-asked': 'Told to open, waiting',
  'open-confirmed': 'Held open',
  'open-unanswered': 'Told to open, no answer',
  'open-failed': 'Could not open',
  'by-card-asked': 'Told to lock again, waiting',
  'by-card-confirmed': 'Card needed',
  'by-card-unanswered': 'Told to lock again, no answer',
  'by-card-failed': 'Could not lock again',
};

export const outcomes: Words = {
  granted: 'granted',
  refused: 'refused',
  passed: 'passed',
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
  refused: 'refused by the other side',
  unreachable: 'the other side could not be reached',
  'timed-out': 'no answer in time, may have arrived',
  unknown: 'connection broke off, may have arrived',
  'no-webhook': 'no address is set',
};

export const sessionStates: Words = {
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
  'no-charger-found': 'charger unplugged or not found',
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
  'not-started': 'The session did not start; nothing is charged.',
  'power-beyond-bands': 'The power was beyond the last band; the last band’s price was charged.',
  'capped-per-session': 'The cap of a session was reached; what exceeds it is not charged.',
  'capped-per-day': 'The cap of the day was reached; what exceeds it is not charged.',
  'port-fault': 'The port was faulty; nothing is charged.',
  refused: 'The post refused to start; nothing is charged.',
  'end-never-told': 'The post never told the end.',
  'stop-lost-borne-by-us': 'The stop did not arrive in time; what was delivered after it is ours to pay.',
};

export const slices: Words = {
  'start-fee': 'Start fee',
  minimum: 'Minimum',
  'up-to-minimum': 'Up to the minimum of a session',
  overstay: 'Overstay fee',
  cap: 'Above the cap',
};

export const freeReasons: Words = {
  'free-minutes': 'free minutes',
  minimum: 'in the minimum',
  package: 'paid by package',
};

export const priceUnits: Words = { kWh: 'yuan/kWh', hour: 'yuan/h', once: 'yuan' };

export const billLines: Words = { electricity: 'Electricity fee', service: 'Service fee' };

export const sensorKinds: Words = {
  bay: 'bays',
  smoke: 'smoke',
  corridor: 'corridor',
  gate: 'gate',
  'door-gateway': 'door gateway',
};

export const reasons: Words = {
  'unknown-device': 'Unknown device',
  'unknown-topic': 'Unknown topic',
  'foreign-topic': 'Another device’s topic',
  'unknown-certificate': 'Unknown certificate',
  'connection-refused': 'Connection refused',
  'device-mismatch': 'Device mismatch',
  'unknown-command': 'Unknown command',
  'unexpected-event': 'Not this device’s to report',
  'identity-reused': 'Same number, other content',
  flooding: 'Says more than it may',
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
  'door-passed-without-swipe': 'A door passed without a swipe',
  'unknown-order': 'Unknown order',
  'order-of-another-port': 'Order of another port',
  'sensor-without-facility': 'Sensor of no facility',
  'too-little-money': 'Balance too low',
  'port-busy': 'Port busy',
  'credential-busy': 'This card is charging',
  'facility-in-alarm': 'Facility in alarm',
  'no-tariff': 'No tariff',
};

/** Errors by name, as the person who meets them should read them. */
export const errors: Words = {
  'bad-request': 'Something is missing or not right in what was entered; please check it and try again.',
  forbidden: 'Your account may not do this.',
  'not-found': 'Nothing was found by this name; please check it and try again.',
  'already-exists': 'It is there already; nothing was written twice.',
  'identity-reused': 'Something else was asked under the same number; ask again.',
  'card-number-taken': 'This card belongs to somebody else.',
  'port-busy': 'This port is in use.',
  'credential-busy': 'This card or phone is charging already.',
  'too-little-money': 'There is not enough money.',
  'facility-in-alarm': 'There is an alarm in this shed; charging is paused.',
  'no-tariff': 'There is no tariff here yet.',
  'tariff-invalid': 'This tariff cannot be saved. Please change what is named below, and try again.',
  'tariff-immutable': 'A tariff does not change once it is saved; please save a new version.',
  'money-invalid': 'An amount is a whole number of fen above zero, and no more than there is.',
  'currency-unknown': 'Only renminbi are taken.',
  'spend-limit-reached': 'This month’s limit is reached.',
  'package-used-up': 'This package is used up or has ended.',
  'package-used': 'This package has paid for something and cannot go back.',
  'package-lapsed': 'This package has ended and cannot go back.',
  'credit-in-use': 'The credit is in use and cannot be made less than that.',
  'same-person': 'Somebody else must approve what you asked for.',
  'changed-meanwhile': 'What it was asked over has changed since: reject it, and ask again.',
  'too-many-waiting': 'Too many changes wait for a second person: decide on those first.',
  'already-decided': 'Somebody has decided on it already.',
  'already-refunded': 'It was paid back already and is not paid back twice.',
  'not-booked': 'It is not booked, so there is no slip.',
  'more-than-charged': 'It is more than this session took.',
  'not-paid': 'It was not paid yet.',
  'too-many-orders':
    'There are too many payments that are not paid yet. Please pay one of them, or wait until they end.',
  'payment-mismatch': 'What the provider told does not match the order.',
  'charset-unknown': 'It names a charset that nobody here can read.',
  'signature-invalid': 'The signature is wrong; it was not believed.',
  'notification-expired': 'The notification is too old; it was not believed.',
  'provider-unconfigured': 'This way of paying is not set up here.',
  'provider-refused': 'The payment provider refused it.',
  'provider-unavailable': 'The payment provider cannot be reached; please try again shortly.',
  'tariff-in-past': 'It would begin in the past, or too soon; please choose a later moment.',
  'month-not-over': 'The month is not over yet, or late accounts of it may still come; it cannot be closed.',
  'month-open': 'An earlier month has to be closed first, or this one is not closed yet.',
  'month-closed': 'The month is closed and does not change any more.',
  'reconciliation-missing':
    'It was not compared with the payment providers. Please compare first, or say why it cannot be.',
  'books-do-not-balance':
    'The books do not balance and were not closed; this is our defect, please call the operator.',
  'lost-race': 'Somebody else changed it at the same moment; please try again.',
  'table-busy': 'The system is busy; please try again shortly.',
  unavailable: 'Something failed on our side; please try again shortly.',
};
