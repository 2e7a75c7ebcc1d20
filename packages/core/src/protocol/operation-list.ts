/** What stands in a list: its place in the order, and its links. */
export interface Listed<Operation extends Listed<Operation>> {
  readonly id: number;
  readonly size: number;
  /** The list it stands in, with its neighbours there. */
  list: OperationList<Operation> | undefined;
  previous: Operation | undefined;
  next: Operation | undefined;
}

/**
 * A list of operations that they carry themselves: an operation stands in one list at a time, so its links are its own,
 * and to add or remove one costs no memory and no search.
 */
export class OperationList<Operation extends Listed<Operation>> {
  #first: Operation | undefined;
  #last: Operation | undefined;

  /** How many there are. */
  count = 0;

  /** The sum of their sizes. */
  bytes = 0;

  get first(): Operation | undefined {
    return this.#first;
  }

  /** Adds an operation at the end. */
  append(operation: Operation): void {
    this.#insert(operation, this.#last, undefined);
  }

  /** Adds an operation where its id belongs; quick for one that belongs at either end. */
  insertInOrder(operation: Operation): void {
    let before = this.#first !== undefined && operation.id < this.#first.id ? undefined : this.#last;
    while (before !== undefined && before.id > operation.id) {
      before = before.previous;
    }
    this.#insert(operation, before, before === undefined ? this.#first : before.next);
  }

  /** Takes an operation out; one that stands elsewhere is left alone. */
  remove(operation: Operation): void {
    if (operation.list !== this) {
      return;
    }
    if (operation.previous === undefined) {
      this.#first = operation.next;
    } else {
      operation.previous.next = operation.next;
    }
    if (operation.next === undefined) {
      this.#last = operation.previous;
    } else {
      operation.next.previous = operation.previous;
    }
    operation.list = undefined;
    operation.previous = undefined;
    operation.next = undefined;
    this.count -= 1;
    this.bytes -= operation.size;
  }

  /** All operations, first to last. */
  all(): Operation[] {
    const operations: Operation[] = [];
    for (let operation = this.#first; operation !== undefined; operation = operation.next) {
      operations.push(operation);
    }
    return operations;
  }

  /** Takes all out, first to last. */
  drain(): Operation[] {
    const operations = this.all();
    for (const operation of operations) {
      this.remove(operation);
    }
    return operations;
  }

  #insert(operation: Operation, previous: Operation | undefined, next: Operation | undefined): void {
    operation.list = this;
    operation.previous = previous;
    operation.next = next;
    if (previous === undefined) {
      this.#first = operation;
    } else {
      previous.next = operation;
    }
    if (next === undefined) {
      this.#last = operation;
    } else {
      next.previous = operation;
    }
    this.count += 1;
    this.bytes += operation.size;
  }
}
