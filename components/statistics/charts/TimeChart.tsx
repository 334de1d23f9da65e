"use client";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatShort } from "#components/feedback/format.ts";
import { gapsOf } from "./chart-words.ts";
import styles from "./charts.module.css";

/** One line of a chart. */
export interface ChartLine {
  readonly title: string;
  /** Which of the chart colours; each also has a dash of its own. */
  readonly color: 1 | 2 | 3 | 4;
  /** One for each step; null is a gap. */
  readonly values: readonly (number | null)[];
  readonly format?: (value: number) => string;
}

interface TimeChartProps {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly from: string;
  readonly stepSeconds: number;
  readonly knownSeconds: readonly number[];
  /** IANA name of the zone in which times are shown. */
  readonly zone: string;
  /** A time was marked by dragging or with Enter, in milliseconds since the epoch. */
  readonly onZoom?: (fromMs: number, toMs: number) => void;
}

const height = 170;
const dashes: Record<ChartLine["color"], number[]> = { 1: [], 2: [6, 3], 3: [2, 2], 4: [8, 3, 2, 3] };
const cursorGroup = "postroom-charts";
const zoomSteps = 12;

/**
 * Lines over time on one canvas: the mouse or the arrow keys move a cursor, which all charts of the page share, and the values
 * under it stand in the legend; dragging or Enter zooms. What is not known is shaded. New data leaves cursor and size as they are.
 */
export function TimeChart(props: TimeChartProps) {
  // Another set of lines or another zone is another canvas.
  return <Plot key={`${props.zone} ${props.lines.map(({ title, color }) => `${title}/${color}`).join()}`} {...props} />;
}

function Plot({ title, lines, from, stepSeconds, knownSeconds, zone, onZoom }: TimeChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [index, setIndex] = useState<number>();
  const shown = { lines, fromSeconds: Date.parse(from) / 1000, stepSeconds, knownSeconds, zone, onZoom };
  const latest = useRef(shown);
  useEffect(() => {
    latest.current = shown;
  });
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const make = (): void => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf(element, latest, setIndex), dataOf(latest.current), element);
    };
    make();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    // The canvas has no style of its own: it is drawn anew with the theme.
    const themed = new MutationObserver(make);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, []);
  // By its text: an answer with the same numbers is another object.
  const data = JSON.stringify(dataOf(shown));
  useEffect(() => {
    const chart = plot.current;
    if (chart === undefined) return;
    const held = chart.cursor.idx;
    const at = held == null ? undefined : chart.data[0][held];
    chart.setData(JSON.parse(data) as uPlot.AlignedData);
    if (at !== undefined && document.activeElement === place.current?.parentElement) moveTo(chart, at);
  }, [data]);

  const at = index ?? lines[0]?.values.findLastIndex((value) => value !== null) ?? -1;
  const moment = at < 0 ? "" : stepLabel(shown, at);
  const texts = lines.map((line) => ({ ...line, text: valueText(line, at) }));
  const move = (event: KeyboardEvent): void => {
    const chart = plot.current;
    const last = knownSeconds.length - 1;
    if (chart === undefined || last < 0) return;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: at - zoomSteps, PageDown: at + zoomSteps, Home: 0, End: last }[event.key];
    if (event.key === "Enter" && onZoom !== undefined) {
      const center = (shown.fromSeconds + at * stepSeconds) * 1000;
      onZoom(center - zoomSteps * stepSeconds * 1000, center + zoomSteps * stepSeconds * 1000);
    } else if (event.key === "Escape") chart.setCursor({ left: -10, top: -10 });
    else if (to !== undefined) moveTo(chart, shown.fromSeconds + Math.min(last, Math.max(0, to)) * stepSeconds);
    else return;
    event.preventDefault();
  };
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.caption}>
        <strong>{title}</strong>
        <span className={styles.moment}>{moment}</span>
      </figcaption>
      <div
        className={styles.plot}
        role="slider"
        tabIndex={0}
        aria-label={`${title} over time`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, knownSeconds.length - 1)}
        aria-valuenow={Math.max(0, at)}
        aria-valuetext={`${moment}: ${texts.map(({ title: each, text }) => `${each} ${text}`).join(", ")}`}
        onKeyDown={move}
      >
        <div ref={place} />
      </div>
      <ul className={styles.legend} aria-label={`Values of ${title}`}>
        {texts.map(({ title: each, color, text }) => (
          <li key={each}>
            <svg className={styles.swatch} viewBox="0 0 24 4" aria-hidden><line x1="0" y1="2" x2="24" y2="2" stroke={`var(--chart-${color})`} strokeWidth="3" strokeDasharray={dashes[color].join(" ")} /></svg>
            {each} <b>{text}</b>
          </li>
        ))}
      </ul>
    </figure>
  );
}

type Shown = Pick<TimeChartProps, "lines" | "stepSeconds" | "knownSeconds" | "zone" | "onZoom"> & { readonly fromSeconds: number };

function valueText({ values, format = formatShort }: ChartLine, index: number): string {
  const value = values[index];
  return value === null || value === undefined ? "not known" : format(value);
}

function dataOf({ lines, fromSeconds, stepSeconds, knownSeconds }: Shown): uPlot.AlignedData {
  return [knownSeconds.map((_known, index) => fromSeconds + index * stepSeconds), ...lines.map(({ values }) => [...values])];
}

function stepLabel({ fromSeconds, stepSeconds, zone }: Shown, index: number): string {
  const start = new Date((fromSeconds + index * stepSeconds) * 1000);
  const time = (date: Date) => date.toLocaleTimeString(undefined, { timeZone: zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit", ...(stepSeconds < 60 ? { second: "2-digit" } : {}) });
  const day = start.toLocaleDateString(undefined, { timeZone: zone, day: "numeric", month: "short" });
  return stepSeconds < 60 ? `${day}, ${time(start)}` : `${day}, ${time(start)} – ${time(new Date(start.getTime() + stepSeconds * 1000))}`;
}

function moveTo(chart: uPlot, atSeconds: number): void {
  chart.setCursor({ left: chart.valToPos(atSeconds, "x"), top: 1 }, true);
}

function optionsOf(element: HTMLElement, latest: { readonly current: Shown }, onIndex: (index: number | undefined) => void): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = { stroke: color("--chart-text"), grid: { stroke: color("--chart-grid"), width: 1 }, ticks: { stroke: color("--chart-grid"), width: 1 }, font: `12px ${style.fontFamily}` };
  const { zone } = latest.current;
  return {
    width: element.clientWidth,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
    legend: { show: false },
    cursor: { sync: { key: cursorGroup }, drag: { x: true, y: false, setScale: false }, y: false },
    scales: {
      x: { time: true, range: () => [latest.current.fromSeconds, latest.current.fromSeconds + latest.current.knownSeconds.length * latest.current.stepSeconds] },
      y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.1 : 1] },
    },
    axes: [
      { ...axis, values: (_chart, splits, _axis, _space, increment) => splits.map((seconds) => tickLabel(seconds, increment, zone)) },
      { ...axis, size: 52, values: (_chart, splits) => splits.map((value) => formatShort(value)) },
    ],
    series: [
      {},
      ...latest.current.lines.map(({ title, color: number }) => ({
        label: title, stroke: color(`--chart-${number}`), width: 1.75, dash: dashes[number], spanGaps: false, points: { show: false }, paths: uPlot.paths.stepped?.({ align: 1 }),
      })),
    ],
    hooks: {
      setCursor: [(chart) => onIndex(chart.cursor.left !== undefined && chart.cursor.left >= 0 ? (chart.cursor.idx ?? undefined) : undefined)],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          if (width < 5) return;
          const [start, end] = [chart.posToVal(left, "x"), chart.posToVal(left + width, "x")];
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          latest.current.onZoom?.(start * 1000, end * 1000);
        },
      ],
      drawClear: [(chart) => shadeGaps(chart, latest.current, color("--chart-gap"))],
    },
  };
}

function shadeGaps(chart: uPlot, { fromSeconds, stepSeconds, knownSeconds }: Shown, fill: string): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.fillStyle = fill;
  for (const gap of gapsOf(knownSeconds)) {
    const [start, end] = [chart.valToPos(fromSeconds + gap.from * stepSeconds, "x", true), chart.valToPos(fromSeconds + gap.to * stepSeconds, "x", true)];
    ctx.fillRect(start, bbox.top, Math.max(1, end - start), bbox.height);
  }
  ctx.restore();
}

function tickLabel(seconds: number, increment: number, zone: string): string {
  const at = new Date(seconds * 1000);
  if (increment >= 86_400) return at.toLocaleDateString(undefined, { timeZone: zone, day: "numeric", month: "short" });
  return at.toLocaleTimeString(undefined, { timeZone: zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit", ...(increment < 60 ? { second: "2-digit" } : {}) });
}
