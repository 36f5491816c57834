import { type Message, wordsFrom } from '../../core/message.ts';
import { wasTold } from '../model/record.ts';
import {
  type Announcement,
  announce,
  change,
  forget,
  remember,
  type Transition,
} from '../model/transition.ts';
import { approvalNews } from './approval-news.ts';
import { effectNews } from './effect-news.ts';
import type { NewsWords } from './message.ts';
import { freezeNews } from './rules/freeze-news.ts';
import { rulesNews } from './rules-news.ts';
import { stepNews } from './step-news.ts';
import { watchNews } from './watch-news.ts';

const news = { ...stepNews, ...approvalNews, ...effectNews, ...watchNews, ...rulesNews, ...freezeNews };

/** One thing that happened, as data. */
export type News = Message<typeof news>;

const words: (news: News) => NewsWords = wordsFrom(news);

/** The same in words. */
export const newsWords = (told: News): Announcement => ({ what: told.code, ...words(told) });

/** Puts news into words, and these on record. */
export const tell = (transition: Transition, told: News, now: number): Transition =>
  announce(transition, newsWords(told), now);

/** The same, unless `word` was said already. */
export const tellOnce = (transition: Transition, word: string, told: News, now: number): Transition =>
  wasTold(transition.rebuild, word) === undefined
    ? tell(
        change(transition, (rebuild) => remember(rebuild, word, now)),
        told,
        now,
      )
    : transition;

/** The same, of what `topic` is about: nothing where the very same was said last, unless it is told `in any case`. */
export const tellLatest = (
  transition: Transition,
  topic: string,
  told: News,
  when: 'if new' | 'in any case',
  now: number,
): Transition => {
  const known = `${topic}${newsWords(told).text.slice(0, 160)}`;
  if (when === 'if new' && wasTold(transition.rebuild, known) !== undefined) return transition;
  return tell(
    change(transition, (rebuild) => remember(forget(rebuild, topic), known, now)),
    told,
    now,
  );
};
