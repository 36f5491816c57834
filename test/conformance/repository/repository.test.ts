import { createFakeRepository } from '../../fakes/rebuilds/repository.ts';
import { repositoriesConform } from './repository.ts';

repositoriesConform(async () => {
  const repository = createFakeRepository();
  return {
    repository,
    author: 'farmhand',
    write: async (path, text, message) => repository.write(path, text, { message }),
    [Symbol.asyncDispose]: async () => {},
  };
});
