/** What a site adds to the store, day by day: for its budget, and for the operator's eye. Days are whole ones since the epoch, in UTC. */

export interface Usage {
  site: string;
  /** About as many bytes as its rows take, indexes left out. */
  bytes: number;
  rows: number;
}

export interface UsageStore {
  usage(day: number): Promise<Usage[]>;
}
