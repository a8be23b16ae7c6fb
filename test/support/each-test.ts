import { beforeEach } from 'vitest';
import { TestEstate } from './estate.ts';
import { SessionStory } from './session-story.ts';

/** One estate for all tests of a file, as new before each of them. */
export function estateOfEachTest(): TestEstate {
  const estate = new TestEstate();
  beforeEach(() => estate.begin());
  return estate;
}

/** One story for all tests of a file, at its beginning before each of them. */
export function storyOfEachTest(): SessionStory {
  const story = new SessionStory();
  beforeEach(() => story.begin());
  return story;
}
