/** The template's picture in Tag Manager: the thread from the click to the sale, 64 × 64 PNG. */

export const THUMBNAIL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAgMAAADXB5lNAAAACVBMVEUPTFz/////sDvdbmuwAAAAmElEQVR42u3SwQ3DIAwFUFOJS+8skSkYgQN/n47SY+Upo2+IWsdNOkDj4xPCHxuRq75XQvOQ0T0UwAOA6q+AvyShesiQ0k+hdNonNEkTFrWuhCGqD0JlFCa5qT6tK0+w8V31NSDDnrOBeMgB+g5KgLYDvGHkIMwcI6llnDNbtFkujjU89GAUv6cXBh5WEpYW1xoWH77G/9YK4wY8H27o8+MAAAAASUVORK5CYII=';
