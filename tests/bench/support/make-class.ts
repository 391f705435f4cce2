/** Makes a data folder with a class of that many points and more students; prints where: `node make-class.ts <rows> <students>`. */
import { openClassStore } from '../../../electron/store/class-store.ts';
import { classFileOf } from '../../../electron/store/class-files.ts';
import { uuidv7 } from '../../../electron/store/uuid.ts';
import { folderWithPoints } from './bench-device.ts';

const [rows, students] = process.argv.slice(2).map(Number) as [number, number];
const made = await folderWithPoints(rows - students);
const store = openClassStore(classFileOf(made.folder, made.classId), { classId: made.classId });
const insert = store.db.prepare('INSERT INTO student (id, name, created_at) VALUES (?, ?, ?)');
store.transaction(() => {
  for (let n = 1; n <= students; n += 1) insert.run(uuidv7(), `Student ${n}`, '2026-09-01T08:00:00.000Z');
});
store.close();
process.stdout.write(JSON.stringify(made));
