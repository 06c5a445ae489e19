package io.strongroom.storage.parquet;

import java.io.IOException;
import java.io.InputStream;
import shaded.parquet.org.apache.thrift.TBase;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.transport.TIOStreamTransport;

/** Parses structures of the format; no text or list in them is larger than the limit. */
final class ThriftInput {
  private ThriftInput() {}

  /**
   * Parses one structure.
   *
   * @param limit bytes that the structure has at most, 1 or more
   * @throws IOException when the bytes are no such structure
   */
  static <T extends TBase<?, ?>> T read(T into, InputStream from, int limit) throws IOException {
    try {
      TIOStreamTransport transport = new TIOStreamTransport(from);
      transport.getConfiguration().setMaxMessageSize(limit);
      transport.updateKnownMessageSize(0);
      into.read(new TCompactProtocol(transport));
      return into;
    } catch (TException | RuntimeException failed) {
      throw new IOException("a structure cannot be parsed", failed);
    }
  }
}
