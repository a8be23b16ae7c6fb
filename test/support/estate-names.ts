// What the estate of the tests, its board and its card are called.

/** 2026-11-23 19:00 in Shanghai. */
export const eveningMs = Date.UTC(2026, 10, 23, 11, 0, 0);
export const estateId = 'ziyun';
export const boardId = '861317069234387';
export const cardUid = '047C9A22';
export const cardNumber = 0x047c9a22;
