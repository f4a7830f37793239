/** Keeps what was made for the next time; beyond its capacity the oldest entry goes. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  constructor(readonly capacity: number) {
    super();
  }

  override set(key: Key, value: Value): this {
    if (this.size >= this.capacity && !this.has(key)) this.delete(this.keys().next().value!);
    return super.set(key, value);
  }
}
