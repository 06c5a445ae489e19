package io.strongroom.storage.aws.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * A relay of bytes between a client and a server on this machine that lets one request after the
 * other pass, or spoils it. Requests are counted from 1, over all connections.
 */
final class WireFaults implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;
  private static final String BUSY =
      "HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nConnection: close\r\n"
          + "Content-Length: %d\r\n\r\n%s";
  private static final String BUSY_BODY =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>SlowDown</Code>"
          + "<Message>Please reduce your request rate.</Message></Error>";

  /** What happens to a request. */
  enum Fault {
    /** It passes. */
    NONE,
    /** It never reaches the server, which answers 503 SlowDown. */
    BUSY,
    /** It never reaches the server, and the connection breaks. */
    LOST_BEFORE_EFFECT,
    /** It reaches the server, which answers it; the connection breaks before the answer arrives. */
    LOST_AFTER_EFFECT,
    /** The connection breaks within the answer. */
    CUT_ANSWER,
    /** The answer comes late. */
    SLOW
  }

  private final int target;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong requests = new AtomicLong();
  private volatile LongFunction<Fault> schedule = number -> Fault.NONE;
  private volatile long slowMillis = 200;

  WireFaults(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Counts anew from here. */
  void schedule(LongFunction<Fault> next) {
    requests.set(0);
    schedule = next;
  }

  void slow(long millis) {
    slowMillis = millis;
  }

  long requests() {
    return requests.get();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "wire");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        open.add(client);
        open.add(server);
        Connection connection = new Connection(client, server);
        start(connection::requests);
        start(connection::answers);
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private final class Connection {
    private final Socket client;
    private final Socket server;

    /** Of the request that is under way; null between two. */
    private Fault fault;

    private boolean answering;

    Connection(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    /** Whether a request begins with the bytes that came: the answer before it was seen whole. */
    private synchronized Fault begin() {
      if (fault == null || answering) {
        fault = schedule.apply(requests.incrementAndGet());
        answering = false;
      }
      return fault;
    }

    private synchronized Fault answer(byte[] bytes, int length) {
      boolean interim =
          length > 12
              && new String(bytes, 0, 12, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 100");
      if (!interim) {
        answering = true;
      }
      return interim ? Fault.NONE : fault;
    }

    void requests() {
      byte[] buffer = new byte[BUFFER];
      try {
        InputStream in = client.getInputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          Fault now = begin();
          if (now == Fault.LOST_BEFORE_EFFECT) {
            end();
            return;
          }
          if (now == Fault.BUSY) {
            refuse(in);
            return;
          }
          server.getOutputStream().write(buffer, 0, read);
        }
      } catch (IOException e) {
        // The other direction has ended it.
        end();
        return;
      }
      end();
    }

    private void refuse(InputStream in) throws IOException {
      OutputStream out = client.getOutputStream();
      out.write(
          BUSY.formatted(BUSY_BODY.length(), BUSY_BODY).getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      client.shutdownOutput();
      // What the client still sends is swallowed, so that it reads the answer and no reset.
      client.setSoTimeout(200);
      try {
        in.transferTo(OutputStream.nullOutputStream());
      } finally {
        end();
      }
    }

    void answers() {
      byte[] buffer = new byte[BUFFER];
      try {
        InputStream in = server.getInputStream();
        boolean first = true;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          Fault now = answer(buffer, read);
          if (now == Fault.LOST_AFTER_EFFECT) {
            end();
            return;
          }
          if (now == Fault.SLOW && first) {
            Thread.sleep(slowMillis);
          }
          first = now == Fault.NONE;
          if (now == Fault.CUT_ANSWER) {
            client.getOutputStream().write(buffer, 0, Math.max(1, read / 2));
            client.getOutputStream().flush();
            end();
            return;
          }
          client.getOutputStream().write(buffer, 0, read);
        }
      } catch (IOException e) {
        end();
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      end();
    }

    private void end() {
      for (Socket socket : new Socket[] {client, server}) {
        open.remove(socket);
        try {
          socket.close();
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
