/** Entry of the part that finds orders in a page: for visitors with a journey, and wherever something looks like one. */
export { readPage as page } from '../late/read-page.ts';
