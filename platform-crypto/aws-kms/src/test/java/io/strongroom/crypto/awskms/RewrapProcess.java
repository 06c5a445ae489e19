package io.strongroom.crypto.awskms;

import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.rewrap.KeyRecordFolder;
import io.strongroom.crypto.rewrap.RewrapCampaign;
import io.strongroom.crypto.rewrap.RewrapPlan;
import io.strongroom.crypto.rewrap.RewrapReport;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** A process that re-wraps the records of a folder from one KMS key to another. */
final class RewrapProcess {
  static final int THREADS = 8;

  private RewrapProcess() {}

  /** Endpoint, access key, secret, folder, checkpoint, old key, new key, calls a second. */
  public static void main(String[] arguments) {
    String old = arguments[5];
    String target = arguments[6];
    try (KmsClient client =
            KmsClient.builder()
                .endpointOverride(URI.create(arguments[0]))
                .region(Region.of(KmsRig.FRANKFURT))
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(arguments[1], arguments[2])))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
                .build();
        KeyRecordFolder records = KeyRecordFolder.open(Path.of(arguments[3]))) {
      AwsKmsKeyService keys =
          AwsKmsKeyService.builder(AwsKmsTrust.keys(List.of(KmsRig.arn(old), KmsRig.arn(target))))
              .client(KmsRig.FRANKFURT, client)
              .build();
      RewrapReport report =
          RewrapCampaign.builder(keys, records, new RewrapPlan(2, Set.of(old), new KeyId(target)))
              .parallelism(THREADS)
              .recordsPerCheckpoint(50)
              .perSecond(Integer.parseInt(arguments[7]))
              .build()
              .run(Path.of(arguments[4]));
      System.out.println(
          "finished rewrapped=%d done=%d failed=%d"
              .formatted(report.rewrapped(), report.done(), report.failed()));
    }
  }
}
