//! The contract: what every method does, whichever engine is below.
//!
//! Each test is a function of a [`Store`] that is empty; [`contract`] makes the whole suite out of a
//! function that opens one.

pub(crate) mod accounts;
pub(crate) mod audit_events;
pub(crate) mod codes;
pub(crate) mod devices;
pub(crate) mod factor_failures;
pub(crate) mod outbox;
pub(crate) mod passkey_registrations;
pub(crate) mod passkeys;
pub(crate) mod passwords;
pub(crate) mod pending_contacts;
pub(crate) mod pools;
pub(crate) mod refresh_families;
pub(crate) mod sample;
pub(crate) mod send_budgets;
pub(crate) mod sessions;
pub(crate) mod signing_keys;
pub(crate) mod software_tokens;
pub(crate) mod store_keys;
pub(crate) mod sweep;
pub(crate) mod transactions;
pub(crate) mod users;

/// The suite for the engine whose empty store `$fresh` opens: a future of the store and of what must
/// live as long as it.
macro_rules! contract {
    ($fresh:expr) => {
        $crate::contract::tests! { $fresh;
            pools: is_found_by_name, names_and_ids_are_unique, clients_belong_to_their_pool,
                a_clients_secret_is_made_once, one_of_16_gives_a_client_its_secret;
            signing_keys: come_back_whole_and_in_order, are_kept_per_pool, a_kid_is_unique,
                those_to_keep_are_kept, are_swept_when_their_last_token_has_expired;
            users: come_back_whole, are_kept_per_pool, a_sub_is_unique, need_a_pool, are_updated,
                are_found_by_their_logins, tell_what_they_are_found_by, a_new_login_replaces_the_old,
                a_login_is_one_users, a_refused_login_changes_nothing, logins_are_deleted,
                deletion_erases_everything, one_of_16_gets_a_login;
            pending_contacts: are_set_replaced_and_deleted, are_kept_per_user_and_attribute,
                need_a_user;
            codes: come_back_whole, a_new_code_replaces_the_old, are_kept_per_user_and_purpose,
                five_attempts_are_looked_at, only_the_newest_code_can_be_answered,
                an_expired_code_cannot_be_answered, a_consumed_code_cannot_be_answered,
                is_consumed_once, five_of_16_attempts_are_looked_at, one_of_16_consumes,
                an_answer_can_use_the_code_up, one_of_16_right_answers_is_looked_at,
                consumed_twice_is_a_conflict;
            factor_failures: count_up_and_reset, forgiven_ones_are_not_counted, start_again_after_a_rest,
                are_kept_per_user_and_factor, are_listed_by_their_words, none_of_16_is_lost;
            send_budgets: come_back_in_the_order_of_their_keys, are_replaced_by_what_is_written_later,
                none_of_16_is_lost;
            sessions: are_spent_once, one_of_16_spends, found_unspent_are_spent_once;
            refresh_families: come_back_whole, are_found_by_token_and_by_jti, are_kept_per_pool,
                are_unique, need_a_user, are_revoked_one_by_one, are_revoked_all_together,
                one_of_16_revokes, are_rotated_from_the_newest_on, one_of_16_rotates,
                were_last_active_when_they_were_touched,
                are_listed_newest_first_in_pages, are_listed_while_they_live;
            outbox: is_followed_from_a_message_on, waits_in_order, is_taken_by_one_until_the_lease_ends,
                what_was_taken_comes_back_whole_and_is_settled, each_is_taken_by_one_of_16,
                each_queue_is_taken_by_itself, waits_until_it_is_due_again,
                is_taken_in_the_order_in_which_it_is_due, is_given_up_as_a_dead_letter,
                the_backlog_is_counted, order_holds_when_the_clock_stands_still, sent_is_erased,
                sent_is_kept_for_the_inbox, is_sent_once, is_taken_back_by_who_wrote_it, the_inbox_is_searched_by_address,
                the_inbox_is_limited_and_cleared, an_undone_transaction_sends_nothing;
            passkeys: come_back_whole, a_credential_id_is_one_users, are_kept_per_pool, need_a_user,
                are_listed_in_pages, are_counted, are_there_for_their_relying_party,
                a_use_is_recorded, a_counter_never_goes_back,
                one_of_16_uses_a_counter, one_of_16_registers_an_id,
                are_renamed_and_deleted_by_their_user;
            passwords: come_back_whole, the_newest_counts_and_older_ones_are_kept,
                are_kept_per_pool_and_user, are_there_or_not, need_a_user, are_deleted_with_their_memory,
                none_of_16_is_lost;
            devices: come_back_whole, are_kept_per_pool_and_user, need_a_user, a_key_is_confirmed_once,
                are_listed_in_pages_while_remembered, a_use_is_recorded,
                are_forgotten_with_what_was_signed_in_on_them, the_101st_displaces_the_most_idle,
                one_of_16_confirms_a_key;
            passkey_registrations: are_replaced_and_taken_once, are_kept_per_pool_user_and_client,
                are_open_until_they_expire, need_a_user, one_of_16_takes;
            software_tokens: come_back_whole, are_kept_per_pool_and_user,
                a_step_is_used_once_and_none_before_it, one_of_16_uses_a_step,
                setups_are_replaced_and_counted, setups_end_once, need_a_user, go_with_their_user;
            accounts: come_back_whole_page_by_page, are_added_whole_or_not_at_all;
            audit_events: come_back_in_order_and_in_pages, are_kept_per_pool,
                are_swept_when_they_were_kept_for_long_enough;
            store_keys: are_made_with_the_store, a_new_data_key_seals_when_all_have_heard_of_it,
                an_old_data_key_is_forgotten_when_nobody_needs_it;
            sweep: removes_what_expired, removes_budgets_of_the_day_before, goes_in_small_steps, walks_in_small_steps,
                keeps_the_newest_sent_messages,
                keeps_dead_letters_for_a_week;
            transactions: are_kept_whole_or_not_at_all, read_what_they_wrote,
                a_failure_takes_nobody_along, a_panic_takes_nobody_along, readers_cannot_write,
                reads_see_what_was_acknowledged, a_snapshot_does_not_move;
        }
    };
}

/// One test for each function.
macro_rules! tests {
    ($fresh:expr; $($module:ident: $($test:ident),+;)+) => {
        $(mod $module {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                let (store, _alive) = $fresh.await;
                $crate::contract::$module::$test(&store).await;
                store.close().await;
            })+
        })+
    };
}

pub(crate) use {contract, tests};
