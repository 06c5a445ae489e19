package io.strongroom.storage.aws.s3;

import io.strongroom.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object read from its start. A connection that breaks is taken up again where it broke, from
 * the same object or not at all.
 */
final class S3ObjectStream extends InputStream {
  private static final int FRUITLESS = 3;

  private final String key;
  private final Resumption resumption;
  private final String etag;
  private final long size;
  private ResponseInputStream<GetObjectResponse> body;
  private long position;
  private int fruitless;
  private boolean closed;

  /** Opens the rest of the object with a tag. */
  interface Resumption {
    ResponseInputStream<GetObjectResponse> from(long position, String etag);
  }

  S3ObjectStream(String key, ResponseInputStream<GetObjectResponse> body, Resumption resumption) {
    this.key = key;
    this.body = body;
    this.resumption = resumption;
    this.etag = S3Requests.tag(body.response().eTag());
    this.size = S3Requests.present(body.response().contentLength(), "Content-Length");
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int read = read(one, 0, 1);
    return read < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (closed) {
      throw new IOException("the stream of '" + key + "' is closed");
    }
    if (length == 0) {
      return 0;
    }
    while (true) {
      try {
        int read = body.read(into, offset, length);
        if (read > 0) {
          position += read;
          fruitless = 0;
          return read;
        }
        if (read < 0 && position >= size) {
          return -1;
        }
        if (read < 0) {
          throw new IOException("the connection ended at " + position + " of " + size + " bytes");
        }
      } catch (IOException e) {
        resume(e);
      } catch (SdkException e) {
        // The bytes did not have the checksum that S3 keeps: what was handed out may be wrong.
        throw new IOException("'" + key + "' was altered on its way", e);
      }
    }
  }

  private void resume(IOException broken) throws IOException {
    body.abort();
    if (position >= size || ++fruitless > FRUITLESS) {
      throw broken;
    }
    try {
      body = resumption.from(position, etag);
    } catch (StorageException e) {
      e.addSuppressed(broken);
      throw new IOException("'" + key + "' broke off and cannot be taken up again", e);
    }
  }

  @Override
  public int available() throws IOException {
    return closed ? 0 : body.available();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (position < size) {
      body.abort();
    } else {
      body.close();
    }
  }
}
