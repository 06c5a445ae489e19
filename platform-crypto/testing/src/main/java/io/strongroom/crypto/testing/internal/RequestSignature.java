package io.strongroom.crypto.testing.internal;

import com.sun.net.httpserver.Headers;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Checks a request's Signature Version 4 by signing what was received again, with the SDK's own
 * signer at the time that the request states, and comparing.
 */
public final class RequestSignature {
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=([^/]+)/([0-9]{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request, ?"
              + "SignedHeaders=([a-z0-9;_-]+), ?Signature=([0-9a-f]{64})");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Duration SKEW = Duration.ofMinutes(5);
  private static final Set<String> ADDED_BY_SIGNER =
      Set.of("host", "x-amz-date", "x-amz-content-sha256");

  /**
   * Who signed, for which Region.
   *
   * @param accessKeyId names the access key
   * @param region the Region of the signature
   */
  public record Signed(String accessKeyId, String region) {}

  /** A request that is not signed as it must be. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String type;

    Refused(String type, String message) {
      super(message, null, false, false);
      this.type = type;
    }

    /**
     * What the service answers.
     *
     * @return the type of the error, whose status is 400
     */
    public String type() {
      return type;
    }
  }

  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private final String service;

  /**
   * Checks the requests of one service.
   *
   * @param service its signing name, such as {@code kms}
   */
  public RequestSignature(String service) {
    this.service = service;
  }

  /**
   * Checks a request.
   *
   * @param secrets the secret of an access key; empty when it is unknown
   * @param headers the headers that were received
   * @param body the body that was received
   * @return who signed
   * @throws Refused when the signature is missing, malformed, old or wrong
   */
  public Signed require(Function<String, Optional<String>> secrets, Headers headers, byte[] body) {
    String given = header(headers, "Authorization");
    if (given.isEmpty()) {
      throw new Refused("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    Matcher parts = AUTHORIZATION.matcher(given);
    if (!parts.matches() || !parts.group(4).equals(service)) {
      throw new Refused("IncompleteSignatureException", "The signature is incomplete.");
    }
    String accessKeyId = parts.group(1);
    String secret =
        secrets
            .apply(accessKeyId)
            .orElseThrow(
                () ->
                    new Refused(
                        "UnrecognizedClientException",
                        "The security token included in the request is invalid."));
    Instant time = time(headers);
    if (Duration.between(time, Instant.now()).abs().compareTo(SKEW) > 0) {
      throw invalid("Signature expired or not yet current.");
    }
    String region = parts.group(3);
    List<String> signedHeaders = List.of(parts.group(5).split(";", -1));
    if (!signedHeaders.containsAll(List.of("host", "x-amz-date", "x-amz-target"))) {
      throw invalid("Host, date and target must be signed.");
    }
    String expected = sign(accessKeyId, secret, region, time, headers, signedHeaders, body);
    if (!MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8))) {
      throw invalid(
          "The request signature we calculated does not match the signature you provided.");
    }
    return new Signed(accessKeyId, region);
  }

  private String sign(
      String accessKeyId,
      String secret,
      String region,
      Instant time,
      Headers headers,
      List<String> signedHeaders,
      byte[] body) {
    SdkHttpRequest.Builder request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(URI.create("http://" + header(headers, "Host") + "/"));
    for (String name : signedHeaders) {
      if (!ADDED_BY_SIGNER.contains(name)) {
        request.putHeader(name, Optional.ofNullable(headers.get(name)).orElse(List.of()));
      }
    }
    SignedRequest signed =
        signer.sign(
            r ->
                r.identity(AwsCredentialsIdentity.create(accessKeyId, secret))
                    .request(request.build())
                    .payload(() -> new ByteArrayInputStream(body))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                    .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(time, ZoneOffset.UTC)));
    return signed.request().firstMatchingHeader("Authorization").orElse("");
  }

  private static Instant time(Headers headers) {
    try {
      return TIME.parse(header(headers, "X-Amz-Date"), Instant::from);
    } catch (DateTimeParseException malformed) {
      throw new Refused("IncompleteSignatureException", "The date is malformed.");
    }
  }

  private static String header(Headers headers, String name) {
    return Optional.ofNullable(headers.getFirst(name)).orElse("");
  }

  private static Refused invalid(String message) {
    return new Refused("InvalidSignatureException", message);
  }
}
