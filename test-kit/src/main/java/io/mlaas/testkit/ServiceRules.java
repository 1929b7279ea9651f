package io.mlaas.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The architecture of a service as rules: one short test per service calls {@link #verify}. */
public final class ServiceRules {
    private ServiceRules() {}

    /**
     * @param application the service's only public class
     * @param libraries packages below the service's that other Maven modules bring: they are no modules of the service
     */
    public static void verify(Class<?> application, String... libraries) {
        JavaClasses own = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(application.getPackageName());
        methods()
                .that()
                .areDeclaredInClassesThat()
                .areAnnotatedWith(RestController.class)
                .and()
                .areMetaAnnotatedWith(RequestMapping.class)
                .should()
                .beAnnotatedWith(PreAuthorize.class)
                .because("every endpoint says who may use it")
                .allowEmptyShould(true)
                .check(own);
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Utils?|Helper|Manager)")
                .because("a name says what a class is")
                .check(own);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.persistence..", "reactor..")
                .allowEmptyShould(true)
                .check(own);
        classes()
                .that()
                .areAnnotatedWith(RestController.class)
                .should(bePackagePrivate())
                .allowEmptyShould(true)
                .check(own);
        Documentation.errorsAreDocumented(own);
        ApplicationModules.of(application, JavaClass.Predicates.resideInAnyPackage(libraries))
                .verify();
    }

    private static ArchCondition<JavaClass> bePackagePrivate() {
        return new ArchCondition<>("be package-private, with package-private handlers") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                boolean open = item.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.PUBLIC)
                        || item.getMethods().stream()
                                .map(JavaMethod::getModifiers)
                                .anyMatch(m -> m.contains(com.tngtech.archunit.core.domain.JavaModifier.PUBLIC));
                if (open) {
                    events.add(SimpleConditionEvent.violated(item, item.getName() + " is more visible than it needs"));
                }
            }
        };
    }
}
