package io.mlaas.ppfl.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A participant, as its federation's owner sees it.
 *
 * @param serial of its certificate
 * @param joinedAt when its client first said that its data fits
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record InvitedParticipant(
        String name,
        State state,
        String invitedBy,
        Instant invitedAt,
        Instant secretExpiresAt,
        @Nullable Instant enrolledAt,
        @Nullable String serial,
        @Nullable Instant certificateExpiresAt,
        @Nullable Instant joinedAt) {

    /** From the kit to the end. */
    enum State {
        INVITED,
        ENROLLED,
        /** Its data does not fit the network. */
        UNFIT,
        REVOKED
    }
}
