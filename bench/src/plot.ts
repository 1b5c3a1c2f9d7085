import { othersIn, type Quantity, type Run, type Summary, summaries } from './figures.ts';
import { type Attributes, element, label } from './svg.ts';
import type { ToolName } from './tool.ts';
import { ratio } from './words.ts';

/** A panel of bars: our amount divided by theirs, for one quantity. */
interface Panel {
  readonly title: string;
  readonly quantity: Quantity;
  readonly left: number;
}

const TITLE = 'adcs-backup divided by the other tool: shorter is better';
const PANELS: readonly Panel[] = [
  { title: 'Wall time', quantity: 'wallSeconds', left: 205 },
  { title: 'Stored bytes', quantity: 'storedBytes', left: 550 },
];
const [WIDTH, TOP, BOTTOM] = [885, 92, 40];
const [BAR, GAP, ROW_GAP] = [14, 3, 14];
/** Of a panel, and the ratio that its full width stands for; a longer bar is cut off and keeps its number. */
const [PANEL_WIDTH, PANEL_RATIO] = [250, 1.5];
const COLOURS: Readonly<Record<ToolName, string>> = { 'adcs-backup': '#555555', restic: '#3b6ea8', borg: '#d98227' };

/** An SVG of how our cost compares, for each task that others do too. */
export function plotOf(runs: readonly Run[]): string {
  const others = othersIn(runs);
  const rows = summaries(runs).filter((summary) => others.some((other) => hasRatio(summary, other)));
  const rowHeight = others.length * (BAR + GAP) + ROW_GAP;
  const height = TOP + rows.length * rowHeight + BOTTOM;
  const bottom = TOP + rows.length * rowHeight;
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      role: 'img',
      'aria-label': TITLE,
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      'font-family': 'Helvetica, Arial, DejaVu Sans, sans-serif',
      'font-size': 13,
      fill: '#222222',
    },
    element('rect', { width: WIDTH, height, fill: '#ffffff' }),
    label(TITLE, { x: 16, y: 28, 'font-size': 16 }),
    ...legend(others),
    ...rows.map((row, index) => {
      const y = TOP + index * rowHeight + (rowHeight - ROW_GAP) / 2 + 3;
      return label(row.task, { x: 195, y, 'text-anchor': 'end' });
    }),
    ...PANELS.flatMap((panel) => [
      label(panel.title, { x: panel.left, y: 74, 'font-weight': 'bold' }),
      ...sameLine(panel.left, bottom),
      ...rows.flatMap((row, index) => bars(panel, { row, others, top: TOP + index * rowHeight })),
    ]),
  )}\n`;
}

interface Row {
  readonly row: Summary;
  readonly others: readonly ToolName[];
  readonly top: number;
}

function bars(panel: Panel, { row, others, top }: Row): readonly string[] {
  return others.flatMap((other, index) => {
    const amount = row.ratio(other, panel.quantity);
    if (amount === undefined) return [];
    const y = top + index * (BAR + GAP);
    const width = Number(Math.max(1, (Math.min(amount, PANEL_RATIO) / PANEL_RATIO) * PANEL_WIDTH).toFixed(1));
    return [
      element('rect', { x: panel.left, y, width, height: BAR, fill: COLOURS[other] }),
      label(ratio(amount), { x: panel.left + width + 5, y: y + BAR - 3, 'font-size': 12, ...HALO }),
    ];
  });
}

/** Keeps a number readable where it meets a line. */
const HALO: Attributes = { stroke: '#ffffff', 'stroke-width': 4, 'paint-order': 'stroke' };

/** Where a bar ends when both need the same. */
function sameLine(left: number, bottom: number): readonly string[] {
  const x = Number((left + PANEL_WIDTH / PANEL_RATIO).toFixed(1));
  return [
    element('line', { x1: left, x2: left, y1: TOP - 8, y2: bottom, stroke: '#222222' }),
    element('line', { x1: x, x2: x, y1: TOP - 8, y2: bottom, stroke: '#888888', 'stroke-dasharray': '4 3' }),
    label('1.0: the same', { x, y: bottom + 18, 'text-anchor': 'middle', 'font-size': 12, fill: '#666666' }),
  ];
}

function legend(others: readonly ToolName[]): readonly string[] {
  if (others.length === 0) return [label('No other tool was measured.', { x: 16, y: 50 })];
  return others.flatMap((other, index) => [
    element('rect', { x: 16 + index * 130, y: 40, width: 12, height: 12, fill: COLOURS[other] }),
    label(`against ${other}`, { x: 34 + index * 130, y: 51 }),
  ]);
}

function hasRatio(summary: Summary, other: ToolName): boolean {
  return PANELS.some(({ quantity }) => summary.ratio(other, quantity) !== undefined);
}
