/** What two tabs of one browser share and another browser hardly will. */
export const browser = (): string => navigator.userAgent + navigator.language;
