import { counted } from '../../../core/text.ts';
import type { KeptFarmers, Price } from '../../model/parts/kept.ts';

/** `1,240 USD`, `3.50 USD`: cents only of what is small. Plain text. */
export const moneyWords = ({ cost, currency }: Price): string => {
  const digits = cost >= 100 ? 0 : 2;
  const amount = cost.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${amount} ${currency}`;
};

/** Of so many farmers. */
export const hourly = ({ cost, currency }: Price, farmers: number): Price => ({
  cost: cost * farmers,
  currency,
});

/** What waits with a question that ends nothing. Plain text. */
export const keptWords = (kept: KeptFarmers | undefined): string => {
  if (!kept) return 'It waits for as long as it takes, and the synchronizer keeps the work.';
  const { farmers, price } = kept;
  const money = price ? `, at ${moneyWords(hourly(price, farmers))} an hour` : '';
  return `Its ${counted(farmers, 'farmer')} ${farmers === 1 ? 'stays' : 'stay'} up for a while${money}; after that they go, and the synchronizer keeps the work.`;
};
