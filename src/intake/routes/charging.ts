import { takeSettlement } from '../../charging/close-charge.ts';
import { takeStartAnswer, takeStopAnswer } from '../../charging/take-answers.ts';
import { takeBoardState, takeLogin } from '../../charging/take-board-events.ts';
import { takeCardAtPort } from '../../charging/take-card-at-port.ts';
import { takeLocalStart } from '../../charging/take-local-start.ts';
import { takeMeterFrame } from '../../charging/take-meter-frame.ts';
import { takeTable } from '../../tariffs/price-rollout.ts';
import { type Route, route } from '../intake.ts';

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
