/** Prints how the heap of an engine grows with use, in megabytes; to be run with --expose-gc. */
import { type Book, connectBook, startDevice } from '../../support/device.ts';
import { startTestPostgres } from '../../support/postgres.ts';

const rounds = 10;

function heap(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('run with --expose-gc');
  gc();
  gc();
  return process.memoryUsage().heapUsed / 1e6;
}

async function work(book: Book, studentId: string): Promise<void> {
  for (let count = 0; count < 100; count += 1)
    await book.call('score.add', { studentIds: [studentId], award: { delta: 1, text: 'Homework' } });
  await book.sync();
}

const postgres = await startTestPostgres();
try {
  await using device = await startDevice('A');
  const empty = heap();
  const { id: classId } = await device.call('class.create', { name: '5B', sample: true });
  const book = await connectBook(device, classId, await postgres.createDatabase());
  await book.call('connection.init', { connectionId: book.connectionId, consent: true });
  await book.sync();
  const opened = heap();
  const [student] = (await book.call('student.list', {})).items;
  const used: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await work(book, student?.id ?? '');
    used.push(heap());
  }
  process.stdout.write(JSON.stringify({ empty, opened, used }));
} finally {
  await postgres.stop();
}
