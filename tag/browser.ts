/** What two tabs of one browser share and another browser hardly will. */
export const describeBrowser = (): string => navigator.userAgent + navigator.language;
