/** A member of a list: its place in the order, and its links. */
export interface Listed<Operation extends Listed<Operation>> {
  readonly id: number;
  readonly memory: number;
  /** The list that it is in, with its neighbours there. */
  list: OperationList<Operation> | undefined;
  previous: Operation | undefined;
  next: Operation | undefined;
}

/**
 * A linked list of operations. An operation is in one list at a time and holds the links itself, so that adding and
 * removing need no memory and no search.
 */
export class OperationList<Operation extends Listed<Operation>> {
  #first: Operation | undefined;
  #last: Operation | undefined;

  /** The number of operations. */
  count = 0;

  /** The memory that they take, in bytes. */
  bytes = 0;

  get first(): Operation | undefined {
    return this.#first;
  }

  /** Adds an operation at the end. */
  append(operation: Operation): void {
    this.#insert(operation, this.#last);
  }

  /** Adds an operation in the order of the ids; fast when it belongs at either end. */
  insertInOrder(operation: Operation): void {
    let before = this.#first !== undefined && operation.id < this.#first.id ? undefined : this.#last;
    while (before !== undefined && before.id > operation.id) {
      before = before.previous;
    }
    this.#insert(operation, before);
  }

  /** Removes an operation. Does nothing when it is not in this list. */
  remove(operation: Operation): void {
    if (operation.list !== this) {
      return;
    }
    this.#join(operation.previous, operation.next);
    operation.list = operation.previous = operation.next = undefined;
    this.count -= 1;
    this.bytes -= operation.memory;
  }

  /** Gives all operations, first to last. */
  all(): Operation[] {
    const operations: Operation[] = [];
    for (let operation = this.#first; operation !== undefined; operation = operation.next) {
      operations.push(operation);
    }
    return operations;
  }

  #insert(operation: Operation, previous: Operation | undefined): void {
    const next = previous === undefined ? this.#first : previous.next;
    operation.list = this;
    this.#join(previous, operation);
    this.#join(operation, next);
    this.count += 1;
    this.bytes += operation.memory;
  }

  /** Links two operations as neighbours; undefined stands for an end of the list. */
  #join(one: Operation | undefined, other: Operation | undefined): void {
    if (one === undefined) {
      this.#first = other;
    } else {
      one.next = other;
    }
    if (other === undefined) {
      this.#last = one;
    } else {
      other.previous = one;
    }
  }
}
