package dev.lurcher.broker.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeflateOfferTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  | permessage-deflate",
                "true  | Permessage-Deflate; client_max_window_bits",
                "true  | permessage-deflate; client_max_window_bits=15",
                "true  | permessage-deflate; client_max_window_bits=\"10\"",
                "true  | permessage-deflate;server_no_context_takeover ;client_no_context_takeover",
                "true  | permessage-deflate; server_max_window_bits=10, permessage-deflate",
                "true  | x-webkit-deflate-frame, permessage-deflate",
                "false | x-webkit-deflate-frame",
                "false | permessage-deflate; server_max_window_bits=10",
                "false | permessage-deflate; server_max_window_bits",
                "false | permessage-deflate; client_max_window_bits=7",
                "false | permessage-deflate; client_max_window_bits=16",
                "false | permessage-deflate; client_max_window_bits=08",
                "false | permessage-deflate; client_no_context_takeover=1",
                "false | permessage-deflate; client_no_context_takeover; client_no_context_takeover",
                "false | permessage-deflate; mux",
                "false | permessage"
            })
    void takesOnlyOffersThatCanBeMet(boolean met, String value) {
        assertEquals(met, DeflateOffer.isAmong(List.of(value)));
        assertEquals(met, DeflateOffer.isAmong(List.of("foo", value)));
    }
}
