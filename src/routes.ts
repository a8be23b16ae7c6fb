import { takeBoardAlarm, takeBoardGap } from './alerts/take-door-alarm.ts';
import { takeFireInput, takeSmoke } from './alerts/take-smoke.ts';
import { takeSettlement } from './charging/close-charge.ts';
import { takeTable } from './charging/price-rollout.ts';
import { takeStartAnswer, takeStopAnswer } from './charging/take-answers.ts';
import { takeBoardState, takeLogin } from './charging/take-board-events.ts';
import { takeCardAtPort } from './charging/take-card-at-port.ts';
import { takeLocalStart } from './charging/take-local-start.ts';
import { takeMeterFrame } from './charging/take-meter-frame.ts';
import { takeSighting } from './corridor/take-sighting.ts';
import { takeBoardSwipe } from './devices/access/take-board-swipe.ts';
import { takePassage } from './devices/access/take-passage.ts';
import { takeSwipe } from './devices/access/take-swipe.ts';
import { type Route, route } from './devices/intake.ts';
import { takeAcknowledgement, takeGatePass, takeNewest } from './devices/take-observations.ts';

/** Somebody stands at a door. */
export const accessRoutes: readonly Route[] = [
  route('reader', 'swipe', takeSwipe),
  route('reader', 'passage', takePassage),
  route('door-board', 'board-swipe', takeBoardSwipe),
  route('door-board', 'board-alarm', (backend, origin, board, event) =>
    event.alarm === 'fire'
      ? takeFireInput(backend, origin, board, event)
      : takeBoardAlarm(backend, origin, board, event),
  ),
  route('door-board', 'board-gap', takeBoardGap),
];

/** Somebody, or the board, waits at a port. */
export const chargingRoutes: readonly Route[] = [
  route('charging-board', 'board-login', takeLogin),
  route('charging-board', 'card-at-port', takeCardAtPort),
  route('charging-board', 'charge-start-answer', takeStartAnswer),
  route('charging-board', 'charge-stop-answer', takeStopAnswer),
  route('charging-board', 'settlement', takeSettlement),
  route('charging-board', 'local-start', takeLocalStart),
  route('charging-board', 'meter-frame', takeMeterFrame),
  route('charging-board', 'board-state', takeBoardState),
  route('charging-board', 'table-answer', takeTable),
  route('charging-board', 'board-prices', takeTable),
  route('charging-board', 'board-parameters', takeTable),
];

/** Danger, or what may become one. */
export const alarmRoutes: readonly Route[] = [
  route('sensor', 'smoke-change', takeSmoke),
  route('sensor', 'corridor-sighting', takeSighting),
];

/** Nobody waits. A message that took the slow way although it is urgent is still served. */
export const telemetryRoutes: readonly Route[] = [
  ...accessRoutes,
  ...chargingRoutes,
  ...alarmRoutes,
  route('reader', 'command-acknowledgement', takeAcknowledgement),
  route('door-board', 'command-acknowledgement', takeAcknowledgement),
  route('door-gateway', 'command-acknowledgement', takeAcknowledgement),
  route('reader', 'health', takeNewest),
  route('sensor', 'health', takeNewest),
  route('door-gateway', 'health', takeNewest),
  route('sensor', 'bay-change', takeNewest),
  route('sensor', 'gate-pass', takeGatePass),
];
