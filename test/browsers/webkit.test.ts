/** The tag in WebKitGTK. */
import { describe } from 'vitest';
import { launchWebkit } from '../harness/browser-webkit.ts';
import { engineSuite } from './suite.ts';

describe('WebKitGTK', () => engineSuite(launchWebkit));
