/** The sale pixel: an image whose address carries the order. */

export function firePixel(url: string, done: (ok: boolean, detail?: string) => void): void {
  const image = new Image();
  image.onload = () => done(true);
  // Also where the tracker answered with something else than an image, which may still have counted.
  image.onerror = () => done(false, 'no image came back');
  image.src = url;
}
