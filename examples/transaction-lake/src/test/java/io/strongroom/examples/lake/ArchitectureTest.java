package io.strongroom.examples.lake;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.RestrictedBindingSource;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rules between the libraries, over everything on the class path of this application. */
@Tag("verify")
class ArchitectureTest {
  private static final String ROOT = "io.strongroom.";
  private static final List<String> LIBRARIES =
      List.of("base", "crypto", "storage", "audit", "pipeline", "api");
  private static final String EXAMPLES = "io.strongroom.examples..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-testing"))
          .importPackages("io.strongroom");

  @Test
  void everyLibraryIsLookedAt() {
    Set<String> found = new TreeSet<>();
    for (JavaClass one : CLASSES) {
      found.add(libraryOf(one));
    }
    assertThat(found).containsAll(LIBRARIES).contains("examples");
  }

  @Test
  void dependenciesPointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("base")
        .definedBy("io.strongroom.base..")
        .layer("crypto")
        .definedBy("io.strongroom.crypto..")
        .layer("storage")
        .definedBy("io.strongroom.storage..")
        .layer("audit")
        .definedBy("io.strongroom.audit..")
        .layer("pipeline")
        .definedBy("io.strongroom.pipeline..")
        .layer("api client")
        .definedBy(
            describe(
                "the API's client",
                one -> libraryOf(one).equals("api") && !one.getPackageName().contains(".server")))
        .layer("api server")
        .definedBy("io.strongroom.api.server..")
        .layer("examples")
        .definedBy(EXAMPLES)
        .whereLayer("crypto")
        .mayOnlyAccessLayers("base")
        .whereLayer("storage")
        .mayOnlyAccessLayers("base", "crypto")
        .whereLayer("audit")
        .mayOnlyAccessLayers("base", "crypto", "storage")
        .whereLayer("pipeline")
        .mayOnlyAccessLayers("base", "crypto", "storage", "audit")
        .whereLayer("api client")
        .mayOnlyAccessLayers("base")
        .whereLayer("base")
        .mayNotAccessAnyLayer()
        .whereLayer("examples")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void internalPackagesAreUsedByTheirOwnLibraryOnly() {
    classes().should(new StayOutOfOthersInternals()).check(CLASSES);
  }

  /** A security port names who may bind it; without Guice the annotation is not there. */
  @Test
  void guiceStandsInModulePackagesOnlyButForTheMarkOfSecurityPorts() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.strongroom..guice..", EXAMPLES)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("com.google.inject..", "com.google.common..", "jakarta.inject..")
                .and(not(belongToAnyOf(RestrictedBindingSource.class))))
        .check(CLASSES);
  }

  @Test
  void librariesDoNotPrint() {
    noClasses()
        .that()
        .resideOutsideOfPackage(EXAMPLES)
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(CLASSES);
  }

  @Test
  void librariesAreToldTheTime() {
    noClasses()
        .that()
        .resideOutsideOfPackage(EXAMPLES)
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(LocalDate.class, "now")
        .orShould()
        .callMethod(LocalDateTime.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(CLASSES);
  }

  @Test
  void nothingEndsTheProcessButAMain() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(CLASSES);
  }

  @Test
  void namesSayWhatAThingIs() {
    noClasses().should().haveNameMatching(".*(Utils?|Helpers?|Manager|Impl|Common)").check(CLASSES);
  }

  private static String libraryOf(JavaClass one) {
    if (!one.getPackageName().startsWith(ROOT)) {
      return "";
    }
    String rest = one.getPackageName().substring(ROOT.length());
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  /** Nobody depends on an internal package of another library. */
  private static final class StayOutOfOthersInternals extends ArchCondition<JavaClass> {
    StayOutOfOthersInternals() {
      super("stay out of the internal packages of other libraries");
    }

    @Override
    public void check(JavaClass one, ConditionEvents events) {
      for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
        JavaClass other = dependency.getTargetClass();
        boolean trespass =
            other.getPackageName().startsWith(ROOT)
                && (other.getPackageName() + ".").contains(".internal.")
                && !libraryOf(other).equals(libraryOf(one));
        if (trespass) {
          events.add(SimpleConditionEvent.violated(one, dependency.getDescription()));
        }
      }
    }
  }
}
