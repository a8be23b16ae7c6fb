import { cardNumber } from './estate-names.ts';

// What the gateway of the estate's door board says, in the words of its own documents.

export const doorBoardId = '405419896';
const common = { 'device-id': Number(doorBoardId), 'door-id': 1 };

/** An event of the board that is no swipe, by the number of its reason. */
export const boardEvent = (id: number, reason: number, more: object = {}) => ({
  message: { event: { ...common, 'event-id': id, 'event-type': 3, 'event-reason': reason, ...more } },
});

/** The card of the estate at the door of the board, let in, unless `more` says something else. */
export const boardSwipe = (more: object = {}) => ({
  message: {
    event: {
      ...{ ...common, 'event-id': 50, 'event-type': 1, 'event-reason': 1, 'access-granted': true },
      ...{ direction: 1, 'card-number': cardNumber, timestamp: '2026-11-23 19:00:00 CST', ...more },
    },
  },
});

/** The board's reply to a request. */
export const boardReply = (requestId: string, response: object = {}) => ({
  message: {
    reply: { 'request-id': requestId, response: { 'device-id': Number(doorBoardId), ...response } },
  },
});
