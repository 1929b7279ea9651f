package io.mlaas.sharing.passport;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Which of two forms somebody wants who says so; who says nothing, or anything, gets the usual one. */
final class Accepted {
    private Accepted() {}

    static boolean prefers(@Nullable String accept, MediaType special, MediaType usual) {
        if (accept == null) {
            return false;
        }
        try {
            return MediaType.parseMediaTypes(accept).stream()
                    .filter(type -> type.equalsTypeAndSubtype(special) || type.equalsTypeAndSubtype(usual))
                    .max(Comparator.comparingDouble(MediaType::getQualityValue))
                    .filter(type -> type.equalsTypeAndSubtype(special))
                    .isPresent();
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }
}
