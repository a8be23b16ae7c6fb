import { handleSettlement } from '../../charging/close-session.ts';
import { handleStartAnswer, handleStopAnswer } from '../../charging/handle-answers.ts';
import { handleBoardState, handleLogin } from '../../charging/handle-board-events.ts';
import { handleCardAtPort } from '../../charging/handle-card-at-port.ts';
import { handleLocalStart } from '../../charging/handle-local-start.ts';
import { handleMeterFrame } from '../../charging/handle-meter-frame.ts';
import { takeTable } from '../../tariffs/price-rollout.ts';
import { type Route, route } from '../intake.ts';

/** Somebody, or the board, waits at a port. */
export const chargingRoutes: readonly Route[] = [
  route('charging-board', 'board-login', handleLogin),
  route('charging-board', 'card-at-port', handleCardAtPort),
  route('charging-board', 'session-start-answer', handleStartAnswer),
  route('charging-board', 'session-stop-answer', handleStopAnswer),
  route('charging-board', 'settlement', handleSettlement),
  route('charging-board', 'local-start', handleLocalStart),
  route('charging-board', 'meter-frame', handleMeterFrame),
  route('charging-board', 'board-state', handleBoardState),
  route('charging-board', 'table-answer', takeTable),
  route('charging-board', 'board-prices', takeTable),
  route('charging-board', 'board-parameters', takeTable),
];
