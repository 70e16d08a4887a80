/** The tag in Firefox. */
import { describe } from 'vitest';
import { launchFirefox } from '../harness/browser-firefox.ts';
import { engineSuite } from './suite.ts';

describe('Firefox', () => engineSuite(launchFirefox));
