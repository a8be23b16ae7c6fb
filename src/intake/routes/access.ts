import { takeBoardSwipe } from '../../access/take-board-swipe.ts';
import { takeBoardAlarm, takeBoardGap } from '../../access/take-door-alarm.ts';
import { takePassage } from '../../access/take-passage.ts';
import { takeSwipe } from '../../access/take-swipe.ts';
import { takeFireInput } from '../../fire/take-smoke.ts';
import { type Route, route } from '../intake.ts';

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
