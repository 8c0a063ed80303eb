import { Column, GraphWidget, type GraphWidgetProps, type IWidget, Row, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';

/** A dashboard is 24 units wide; four graphs stand side by side. */
const WIDTH = 24;
const GRAPH = { width: WIDTH / 4, height: 6 };

export interface Graph extends Pick<GraphWidgetProps, 'left' | 'right' | 'stacked' | 'leftAnnotations'> {
  readonly title: string;
  /** Units of the left axis, and of the right one. */
  readonly units: readonly [left: string, right?: string];
}

/** Graphs under a heading, which go on in a further line where one is full. */
export function dashboardRow(heading: string, graphs: readonly Graph[]): IWidget {
  const widgets = graphs.map(({ units: [left, right], ...graph }) => {
    return new GraphWidget({
      ...graph,
      ...GRAPH,
      leftYAxis: { label: left, showUnits: false, min: 0 },
      ...(right !== undefined && { rightYAxis: { label: right, showUnits: false, min: 0 } }),
    });
  });
  return new Column(new TextWidget({ markdown: `## ${heading}`, width: WIDTH, height: 1 }), new Row(...widgets));
}
