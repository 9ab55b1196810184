/**
 * The linear memory of a WebAssembly instance, read and written without stale views: growing the
 * memory detaches every ArrayBuffer made before, so each access checks that the buffer is still the same.
 *
 * Pointers arrive as signed 32-bit integers and are negative above 2 GB: `>>> 0`, here and nowhere else.
 */
export class WasmMemory {
  #memory: { readonly buffer: ArrayBuffer } = { buffer: new ArrayBuffer(0) };
  #bytes: Buffer<ArrayBuffer> = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  /** The imports must exist before the instance does, and the memory is the instance's. */
  attach(memory: { readonly buffer: ArrayBuffer }): void {
    this.#memory = memory;
  }

  /** A view, not a copy: valid until the next call into the instance. */
  bytes(pointer: number, length: number): Buffer<ArrayBuffer> {
    this.#refresh();
    const start = pointer >>> 0;
    return this.#bytes.subarray(start, start + length);
  }

  text(pointer: number, length: number): string {
    return this.bytes(pointer, length).toString();
  }

  int32s(pointer: number, count: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#memory.buffer, pointer >>> 0, count);
  }

  uint32(pointer: number): number {
    return this.#refresh().getUint32(pointer >>> 0, true);
  }

  setUint8(pointer: number, value: number): void {
    this.#refresh().setUint8(pointer >>> 0, value);
  }

  setUint32(pointer: number, value: number): void {
    this.#refresh().setUint32(pointer >>> 0, value, true);
  }

  setUint64(pointer: number, value: bigint): void {
    this.#refresh().setBigUint64(pointer >>> 0, value, true);
  }

  #refresh(): DataView {
    const { buffer } = this.#memory;
    if (this.#view.buffer !== buffer) {
      this.#bytes = Buffer.from(buffer);
      this.#view = new DataView(buffer);
    }
    return this.#view;
  }
}
