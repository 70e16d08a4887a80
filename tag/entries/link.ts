/** Entry of the part that pages of sites with linked domains fetch for a visitor with a journey. */
export { decorateAddress as decorate, watchLinks as link } from '../late/linker.ts';
