# All that Tapedeck says, in English. Another language is a file beside this one, named by its tag.
# It may leave texts out: they are then said in English. It may also have what English takes from
# the code: `entry-mixtape` and `entry-mixtape.title` for the menu, `stage-mixing` for the steps.

## Amounts

tracks = { $count ->
    [one] 1 track
   *[other] { $count } tracks
}
size-kb = { $amount } kB
size-mb = { $amount } MB
size-gb = { $amount } GB
left-seconds = a few seconds left
left-minute = less than a minute left
left-minutes = { $count ->
    [one] about a minute left
   *[other] about { $count } minutes left
}
left-hours = { $minutes ->
    [0] { $count ->
        [one] about an hour left
       *[other] about { $count } hours left
    }
   *[other] about { $count } h { $minutes } min left
}
ago-now = just now
ago-minutes = { $count ->
    [one] a minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] an hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] yesterday
   *[other] { $count } days ago
}

## Buttons

button-foreign = That list is someone else’s. Ask for your own with the same command.
button-outdated = That button is from an older version of me. Use the command again.
private-only = That is for your eyes only. Send me the same command in a direct message.
button-back = ← Back
button-next = Next →
button-done = Done
button-keep = Keep
button-cancel = Cancel
button-mix = Mix
button-options = Options
button-reorder = Reorder
button-clear = Clear
button-clear-all = Clear all
button-top = To the top
button-up = ↑ Up
button-down = ↓ Down
button-remove = Remove
button-another = Another track

## At the desk

desk-unknown = There is no command /{ $name }. The commands are: { $known }.
desk-blocked = The operator has blocked you here. The reason: { $reason }
desk-channel = This server does not let me answer in this channel. Ask in another one, or in a direct message.
desk-role = This server lets me answer only those who have certain roles. Ask its managers, or send me a direct message.
desk-managers = Only those who may manage this server can use that.
desk-operators = Only those who run this bot can use that.
desk-no-tray = I take files together with a command. Type / to see them.

## Ordering a mixtape

mixing = { $count ->
    [one] Mastering 1 track.
   *[other] Mixing { $count } tracks.
}
mixing-away = The result comes to you as a direct message.
mixing-private = Nobody else will see the result: it comes to you as a direct message.
mixtape-nothing = There is nothing to mix yet. Attach tracks to the command, or drop some here first and press Mix.

## The tray

tray-title = Your mixtape
tray-empty = Your tray is empty. Drop tracks here, over as many messages as you like. A photo becomes the cover.
tray-only-cover = The cover is here. Now drop the tracks.
tray-count = { tracks }, { $size }.
tray-cover = Cover: { $label }.
tray-options = { $crossfade ->
    [0] No crossfade
    [one] Crossfade of 1 second
   *[other] Crossfade of { $crossfade } seconds
}, { $order ->
    [name] sorted by name
    [shuffle] shuffled
   *[other] in this order
}, { $loudness ->
    [off] loudness as it is
   *[other] { $loudness } LUFS
}, { $video ->
    [yes] with a video
   *[other] no video
}.
tray-full = A tray holds { $most } tracks, so { $count ->
    [one] the last one was left out
   *[other] the last { $count } were left out
}. Mix these first.
and-more-files = And { $count } more cannot be used.
tray-form = How to mix it
tray-clear = Take { $count ->
    [one] the one track
   *[other] all { $count } tracks
} off the tray?
tray-cleared = The tray is empty again.
tray-reorder-title = Reorder
tray-pick = Which track? Page { $page } of { $pages }.
tray-picked = “{ $name }” is number { $place } of { $count }. Where should it go?
tray-mixed-already = The tray is empty: what was on it is being mixed. /jobs shows how far it is.

## A job on its way

progress-private = A private job
progress-waiting = Waiting: { $ahead ->
    [one] 1 job comes
   *[other] { $ahead } jobs come
} first
progress-next = Waiting: it is next
progress-starting = Starting
progress-done = Ready.
progress-cancelled = Cancelled.

## A result

result-rejected-one = Left out: { $reason }
result-rejected = { $count } files were left out:
button-download = Download
button-dm = DM me
button-again = Make again
button-delete = Delete
button-link = { $kind }, { $size }
