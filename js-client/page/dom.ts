// SPDX-License-Identifier: Apache-2.0

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | boolean | ((event: Event) => void) | undefined>;

/** Builds one element: attributes, listeners (`onclick`), children. Text is always text, never markup. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (typeof value === 'string') element.setAttribute(name, value);
  }
  element.append(...children.filter((child): child is Node | string => Boolean(child)));
  return element;
}

/** Changes text only where it differs, so that screen readers do not read it again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element: HTMLElement, visible: boolean): void {
  element.hidden = !visible;
}

const paths: Record<string, string> = {
  phone: 'M6.6 10.8a15 15 0 0 0 6.6 6.6l2.2-2.2a1 1 0 0 1 1-.25 11.4 11.4 0 0 0 3.6.58 1 1 0 0 1 1 1V20a1 1 0 0 1-1 1A17 17 0 0 1 3 4a1 1 0 0 1 1-1h3.5a1 1 0 0 1 1 1c0 1.25.2 2.45.57 3.57a1 1 0 0 1-.25 1z',
  hangup: 'M12 9c-1.6 0-3.15.25-4.6.72v3.1a1 1 0 0 1-.56.9c-.98.49-1.87 1.12-2.66 1.85a1 1 0 0 1-1.4-.03L.3 13.06a1 1 0 0 1 0-1.4A17 17 0 0 1 12 7a17 17 0 0 1 11.7 4.66 1 1 0 0 1 0 1.4l-2.48 2.48a1 1 0 0 1-1.4.03c-.79-.74-1.69-1.36-2.67-1.85a1 1 0 0 1-.56-.9v-3.1A15 15 0 0 0 12 9z',
  mic: 'M12 14a3 3 0 0 0 3-3V5a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zm5.3-3a5.3 5.3 0 0 1-10.6 0H5a7 7 0 0 0 6 6.92V21h2v-3.08A7 7 0 0 0 19 11z',
  micOff: 'M19 11h-1.7c0 .74-.16 1.43-.43 2.05l1.23 1.23A6.9 6.9 0 0 0 19 11zM15 11.2V5a3 3 0 0 0-6-.18l6 6.38zM4.27 3 3 4.27l6.01 6.01V11a3 3 0 0 0 3.66 2.92l1.66 1.66A5.3 5.3 0 0 1 6.7 11H5a7 7 0 0 0 6 6.92V21h2v-3.08a7 7 0 0 0 2.54-.89L19.73 21 21 19.73z',
  pause: 'M7 5h3.5v14H7zm6.5 0H17v14h-3.5z',
  play: 'M8 5v14l11-7z',
  keypad: 'M5 4h3.5v3.5H5zm5.25 0h3.5v3.5h-3.5zM15.5 4H19v3.5h-3.5zM5 9.25h3.5v3.5H5zm5.25 0h3.5v3.5h-3.5zm5.25 0H19v3.5h-3.5zM5 14.5h3.5V18H5zm5.25 0h3.5V18h-3.5zm5.25 0H19V18h-3.5zm-5.25 5.25h3.5V23h-3.5z',
  video: 'M4 6h11a1 1 0 0 1 1 1v3.2l4.4-2.9a1 1 0 0 1 1.6.8v7.8a1 1 0 0 1-1.6.8L16 13.8V17a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1z',
  videoOff: 'M3.3 2 2 3.3 4.7 6H4a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h11c.5 0 .9-.3 1-.8l4.7 4.7 1.3-1.3zM9.2 6l6.8 6.8V7a1 1 0 0 0-1-1zM16 10.2v3.6l4.4 2.9a1 1 0 0 0 1.6-.8V8.1a1 1 0 0 0-1.6-.8z',
  send: 'M3 20.5 21.5 12 3 3.5v6.6L15 12 3 13.9z',
  erase: 'M21 5H8.5a2 2 0 0 0-1.6.8L2.5 12l4.4 6.2a2 2 0 0 0 1.6.8H21a1.5 1.5 0 0 0 1.5-1.5v-11A1.5 1.5 0 0 0 21 5zm-3 9.6L16.6 16 14 13.4 11.4 16 10 14.6l2.6-2.6L10 9.4 11.4 8l2.6 2.6L16.6 8 18 9.4 15.4 12z',
  theme: 'M12 3a9 9 0 1 0 0 18zm0-2a11 11 0 1 1 0 22 11 11 0 0 1 0-22z',
  warning: 'M12 2.8 1.5 21h21zM11 10h2v5h-2zm0 6.5h2v2h-2z',
  incoming: 'M20 5.4 18.6 4 8 14.6V8H6v10h10v-2H9.4z',
  outgoing: 'M8 6v2h6.6L4 18.6 5.4 20 16 9.4V16h2V6z',
};

export function icon(name: keyof typeof paths): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'icon');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', paths[name] ?? '');
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  return svg;
}
