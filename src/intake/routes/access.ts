import { handleBoardSwipe } from '../../access/handle-board-swipe.ts';
import { handleBoardAlarm, handleBoardGap } from '../../access/handle-door-alarm.ts';
import { handleDoorPassed } from '../../access/handle-door-passed.ts';
import { handleSwipe } from '../../access/handle-swipe.ts';
import { handleFireInput } from '../../fire/handle-smoke.ts';
import { type Route, route } from '../intake.ts';

/** Somebody stands at a door. */
export const accessRoutes: readonly Route[] = [
  route('reader', 'swipe', handleSwipe),
  route('reader', 'door-passed', handleDoorPassed),
  route('door-board', 'board-swipe', handleBoardSwipe),
  route('door-board', 'board-alarm', (backend, origin, board, event) =>
    event.alarm === 'fire'
      ? handleFireInput(backend, origin, board, event)
      : handleBoardAlarm(backend, origin, board, event),
  ),
  route('door-board', 'board-gap', handleBoardGap),
];
