import type { GridSection } from './grid-types.ts';
import { TickBox } from './tick-box.tsx';
import styles from './grid.module.css';

/** The line that begins a part of a list: its box for the whole part, and its name. */
export function GridSectionRow(props: {
  readonly id: string;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly columns: number;
  readonly section: GridSection;
  readonly active: boolean;
}) {
  const { section, index } = props;
  return (
    <div
      id={props.id}
      role="row"
      aria-rowindex={index + 2}
      className={styles['row']}
      data-index={index}
      data-section="true"
      data-active={props.active}
      style={{ height: props.height, transform: `translateY(${props.top}px)` }}
    >
      <div role="rowheader" aria-colindex={1} aria-colspan={props.columns + 1} className={styles['section']}>
        <TickBox
          state={section.state}
          label={section.selectLabel}
          disabled={section.disabled}
          onChange={section.onAll}
        />
        <strong>{section.label}</strong>
        {section.detail !== undefined && <span className={styles['sectionDetail']}>{section.detail}</span>}
      </div>
    </div>
  );
}
