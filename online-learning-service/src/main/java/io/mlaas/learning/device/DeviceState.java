package io.mlaas.learning.device;

enum DeviceState {
    ACTIVE,
    REVOKED
}
