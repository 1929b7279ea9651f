package io.mlaas.stack.supervise;

import io.mlaas.stack.server.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** The databases, login roles and schemas inside PostgreSQL: one schema per service, owned by its role. */
final class Databases {

    static final String PLATFORM = "mlaas";
    static final String KEYCLOAK = "keycloak";

    private final PostgresServer postgres;

    Databases(PostgresServer postgres) {
        this.postgres = postgres;
    }

    /**
     * Makes what is missing.
     *
     * @param schemas password by schema; the role is named like its schema
     */
    void create(String keycloakPassword, Map<String, String> schemas) throws SQLException {
        try (Connection connection = postgres.connect("postgres")) {
            role(connection, KEYCLOAK, keycloakPassword);
            database(connection, KEYCLOAK, KEYCLOAK);
            database(connection, PLATFORM, PostgresServer.SUPERUSER);
            for (Map.Entry<String, String> schema : schemas.entrySet()) {
                role(connection, schema.getKey(), schema.getValue());
            }
        }
        try (Connection connection = postgres.connect(PLATFORM);
                Statement statement = connection.createStatement()) {
            for (String schema : schemas.keySet()) {
                statement.execute("create schema if not exists %1$s authorization %1$s".formatted(schema));
            }
        }
    }

    private static void role(Connection connection, String name, String password) throws SQLException {
        String verb = exists(connection, "select 1 from pg_roles where rolname = ?", name) ? "alter" : "create";
        try (Statement statement = connection.createStatement()) {
            statement.execute("%s role %s login password '%s'".formatted(verb, name, password));
        }
    }

    private static void database(Connection connection, String name, String owner) throws SQLException {
        if (!exists(connection, "select 1 from pg_database where datname = ?", name)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("create database %s owner %s".formatted(name, owner));
            }
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }
}
