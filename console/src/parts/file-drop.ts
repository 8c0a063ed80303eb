import { useEffect, useRef, useState } from 'preact/hooks';

/** Takes files that are dropped anywhere on the page. @returns whether one is dragged over it */
export function useFileDrop(onFile: (file: File) => void): boolean {
  const [isDraggedOver, setOver] = useState(false);
  const latest = useRef(onFile);
  latest.current = onFile;
  useEffect(() => {
    const end = listenToDrags({
      dragover(transfer) {
        transfer.dropEffect = 'copy';
        setOver(true);
      },
      dragleave: () => setOver(false),
      drop({ files: [file] }) {
        setOver(false);
        if (file) latest.current(file);
      },
    });
    return end;
  }, []);
  return isDraggedOver;
}

/** Where nothing takes a file, it is dropped in vain: the browser would open it in place of the page. @returns what ends it */
export function refuseFiles(): () => void {
  return listenToDrags({
    dragover(transfer, isTaken) {
      if (!isTaken) transfer.dropEffect = 'none';
    },
    drop: () => {},
  });
}

type Listeners = Partial<Record<'dragover' | 'dragleave' | 'drop', (transfer: DataTransfer, isTaken: boolean) => void>>;

/** Of files alone: a text is dropped where the browser drops it. */
function listenToDrags(listeners: Listeners): () => void {
  const listen = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    const isTaken = event.defaultPrevented;
    event.preventDefault();
    listeners[event.type as keyof Listeners]?.(event.dataTransfer, isTaken);
  };
  const types = Object.keys(listeners) as (keyof Listeners)[];
  for (const type of types) addEventListener(type, listen);
  return () => {
    for (const type of types) removeEventListener(type, listen);
  };
}
