import type { Dispatcher } from 'undici';

/** The code of the error of a call that was not begun in time: surely nothing of it was sent. */
export const NOT_BEGUN = 'FARMHAND_NOT_BEGUN';

/** Surely nothing of it was sent. */
export class NotBegun extends Error {
  override readonly name = 'NotBegun';
  readonly code = NOT_BEGUN;
}

/**
 * What is asked for is sent within this, or not at all. A process that sleeps just before it (a stopped container, a long
 * pause) would send it when it wakes, while another one has taken over long ago. As long as a claim is acted upon
 * (`claimStaleAfter`); ms
 */
const begunWithin = 4_000;

/** @throws NotBegun when a call that was asked for then is not to be sent any more; ms. */
export const mustBeginInTime = (asked: number, now: number): void => {
  const late = now - asked;
  if (late > begunWithin) throw new NotBegun(`not sent: ${late} ms had passed since it was asked for`);
};

/**
 * Refuses to put a call on the wire that was asked for too long ago. undici (8.12) asks `onRequestStart` right before it
 * writes the first byte, and writes nothing when that throws.
 */
export const begunInTime =
  (now: () => number = Date.now): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) => {
    const asked = now();
    return dispatch(options, {
      onRequestStart: (controller, context) => {
        mustBeginInTime(asked, now());
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError: (...args) => handler.onResponseError?.(...args),
    });
  };
