/** What the collector words itself, and what a vendor said through it: in the reader's language where there are words for it. */
import { sayTold } from '../../state/words.ts';
import { Said } from '../said.tsx';

export const Told = ({ text }: { text: string | null | undefined }) => <Said text={text && sayTold(text)} />;
