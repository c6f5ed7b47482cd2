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
button-add = Add files
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
desk-paced = That was fast: { $most } commands and presses a minute are the most. It works again in { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}.
desk-paced-server = This server asks very much just now: { $most } commands and presses a minute are the most. It works again in { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}.
desk-no-tray = I take files together with a command. Type / to see them.

## Blocking

block-identity = Name the person by a mention, or as a chat identity such as discord:123 or telegram:456.
block-self = You cannot block yourself.
block-no-reason = No reason was given.
block-done = { $name } is blocked. They are told: { $reason }
block-lifted = { $name } may use me again.

## Ordering a mixtape

mixing = { $count ->
    [one] Mastering 1 track.
   *[other] Mixing { $count } tracks.
}
mixing-away = The result comes to you as a direct message.
mixing-private = Nobody else will see the result: it comes to you as a direct message.
mixtape-no-track = That message has no track to mix. If its picture is to be the cover, choose “Add to mixtape” in the same menu, and then press Mix.
mixtape-nothing = There is nothing to mix yet. Attach tracks to the command, or drop some here first and press Mix.

## Ordering a piece

composing = Composing: { $title }.

## Ordering a video

filming = { $count ->
    [one] Making a music video of your photo.
   *[other] Making a music video of { $count } photos.
}
video-no-photo = There is no photo yet. Attach one to the command, or use Make music video in the menu of a message with photos.
video-gone = The photos or the music of that video are no longer here: files are kept for a while only. Send the photos again with /video.
video-music = Music by { $provider }, who was asked for: { $prompt }
video-form = Same music, other style
button-other-music = Other music
button-other-style = Other style
## /download

download-looking = Looking at { $site }.
download-started = Fetching it.
download-live = That is live, or has not begun yet. I can fetch it once it is over and its recording is there.
download-ask = { $chapters ->
    [0] Sound or video?
    [one] With 1 chapter. Sound or video?
   *[other] With { $chapters } chapters. Sound or video?
}
download-list = { $count ->
    [one] A list with 1 entry.
   *[other] A list of { $count } entries.
} All of it, or some?
download-length = Length: { $length }.
download-more = and { $count } more
download-form = What to fetch
quality = { $quality ->
    [best] Best video
    [original] Sound as it is
    [mp3] MP3
    [opus] Opus
    [m4a] M4A
   *[other] { $quality }
}
button-part = Only a part
button-entries = Pick entries
result-download = { $count ->
    [one] { $form }, { $length }, { $size }.
   *[other] { $count } files ({ $form }), { $length }, { $size }.
}

## The tray

tray-title = Your mixtape
tray-empty = Your tray is empty. Drop tracks here, over as many messages as you like. A photo becomes the cover.
tray-empty-picks = Your tray is empty. Press Add files, use Add to mixtape in the menu of a message, or send me tracks directly. A photo becomes the cover.
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
tray-links = { $count ->
    [one] 1 link
   *[other] { $count } links
}
tray-full = A tray holds { $most } tracks, so { $count ->
    [one] the last one was left out
   *[other] the last { $count } were left out
}. Mix these first.
and-more-files = And { $count } more cannot be used.
tray-form = How to mix it
tray-form-add = Add files
tray-clear = Take { $count ->
    [one] the one track
   *[other] all { $count } tracks
} off the tray?
tray-cleared = The tray is empty again.
tray-reorder-title = Reorder
tray-pick = { $pages ->
    [1] Which track?
   *[other] Which track? Page { $page } of { $pages }.
}
tray-picked = “{ $name }” is number { $place } of { $count }. Where should it go?
tray-mixed-already = The tray is empty: what was on it is being mixed. /jobs shows how far it is.

## /clip

clip-title = Your clips
clip-nothing = A line for each clip: a link or a file, its start, its end, and a label if you like.
    Fill in the table here, paste it after /clip, or attach a CSV or JSON, and the files that it names.
clip-form = A clip on each line
clip-form-wrong = The lines that are wrong
clip-form-options = What they become
clip-good = { $count ->
    [one] 1 clip is good
   *[other] { $count } clips are good
}, { $length }.
clip-length = { $length } in all
clip-length-open = { $length } and what is open
clip-wrong = { $count ->
    [one] 1 row is wrong.
   *[other] { $count } rows are wrong.
}
clip-options = { $result ->
    [video] { $captions ->
        [yes] A video with the labels in it
       *[other] A video
    }
   *[other] An MP3
}, { $crossfade ->
    [0] no crossfade
    [one] crossfades of 1 second
   *[other] crossfades of { $crossfade } seconds
}, { $loudness ->
    [off] loudness as it is
   *[other] { $loudness } LUFS
}.
clip-to-the-end = end
clip-fade = { $fade ->
    [0] no crossfade
    [one] 1 second of crossfade
   *[other] { $fade } seconds of crossfade
}
clip-gain = { $gain } dB
clip-empty = There is no clip in that. Write a line for each: a link or a file, its start, its end.
clip-gone = That list is no longer here: it was run, discarded, or is too old. Use /clip again.
clip-files-gone = Some of these files are no longer here: they are kept for a while only. Send them again with /clip.
clip-none-good = No row is right yet. Press Fix to change them.
clip-none-missing = Nothing is missing that could be tried again.
clip-discarded = The list is discarded.
clipping = { $count ->
    [one] Cutting 1 clip.
   *[other] Cutting { $count } clips.
}
button-table = Fill in a table
button-run = Run
button-run-good = { $count ->
    [one] Run the good row
   *[other] Run the { $count } good rows
}
button-fix = Fix
button-edit = Edit
button-discard = Discard
button-rows = Edit rows
button-retry = Retry what is missing

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
result-clips = { $count ->
    [one] 1 clip
   *[other] { $count } clips
}, { $length }.
result-missing = { $count } rows are missing:
## What was done so that a result fits

fit-size = The { $kind } has { $size } and { $place } takes { $limit } here
fit-sound = { $size }, so this is { $codec } at { $rate } kb/s. The original is in your library.
fit-video-sound = { $size }, so its sound is { $codec } at { $rate } kb/s; the picture is as it was. The original is in your library.
fit-video = { $size }, so its picture has { $height } lines and its sound is { $codec } at { $rate } kb/s. The original is in your library.
fit-parts = { $size }, so it comes in { $count } parts, { $codec } at { $rate } kb/s each. The original is in your library.
fit-split = { $count ->
    [one] One track is too long for one part, so it is cut where it is quiet.
   *[other] { $count } tracks are too long for one part, so they are cut where they are quiet.
}
fit-link = { $size }, so here is a link.
fit-link-parts = { $size }. It would take too many parts, so here is a link.
fit-link-trouble = { $size }. Making it smaller failed, so here is a link to all of it.

button-download = Download
button-dm = DM me
button-again = Make again
button-delete = Delete
button-link = { $kind }, { $size }
result-archive = All that I keep about you is in this ZIP: all records, and { $count ->
    [one] 1 file
   *[other] { $count } files
}.

## Naming a job

pick-none = Nothing of yours is called “{ $typed }”. /jobs shows what is being made, /library what is done.
pick-many = { $count } of yours are called “{ $typed }”. Pick one from what is suggested while you type.
job-not-yours = That is not yours, or it is gone. /library shows what is there.
job-not-yours-to-stop = That is not yours to stop, or it is gone.

## /jobs and /cancel

jobs-title = At work for you
jobs-none = Nothing is being made for you right now.
button-cancel-one = Cancel { $number }
button-refresh = Refresh
cancelled = “{ $name }” is cancelled.
cancelled-other = The job is cancelled.
cancel-none = There is nothing to cancel: nothing is being made for you.
cancel-which = Which one?

## /library

library-title = Your library
library-count = { $count ->
    [one] 1 result
   *[other] { $count } results
}, the newest first.
library-found = { $count ->
    [one] 1 result
   *[other] { $count } results
} for “{ $search }”.
library-empty = Your library is empty. What you have made is listed here: start with /mixtape.
library-nothing = Nothing in your library has “{ $search }” in its title, tracks or artists.
library-private = A private result
library-made = Made { $ago }.
library-links = These links are for you and expire. Press Download again for new ones.
library-no-files = The files of that result are gone. Make it again with /again.
library-delete = Delete “{ $name }” with all of its files? Links to it stop working.
library-deleted = “{ $name }” is deleted.
library-kept = Nothing was deleted.
library-sent = It is on its way.
library-sent-dm = It is on its way to your direct messages.
library-enter = This link opens your library in the browser. It works once, for ten minutes, and is for you alone.
button-browser = Open in browser
button-send = Send again
button-delete-now = Delete it

## /again

again-form = Make it again
again-nothing = There is nothing of yours to make again yet. Start with /mixtape.
again-kind = That cannot be made again with a change.
again-gone = { $count } of its { $total } tracks { $count ->
    [one] is
   *[other] are
} no longer here: files are kept for a while only. Send the tracks again.
again-cover-gone = Its cover is no longer here, so another one is taken.

## /settings

language-name = English
settings-title = Your settings
settings-intro = What you get when you say nothing else.
settings-saved = Saved.
settings-crossfade = Crossfade: { $crossfade ->
    [0] none
    [one] 1 second
   *[other] { $crossfade } seconds
}
settings-order = Order: { $order ->
    [name] by name
    [shuffle] shuffled
   *[other] as given
}
settings-loudness = Loudness: { $loudness ->
    [off] as it is
   *[other] { $loudness } LUFS
}
settings-video = Video: { $video ->
    [yes] yes
   *[other] no, only sound
}
settings-where = Results: { $where ->
    [private] in private, seen by nobody else
    [dm] as a direct message
   *[other] where you ask for them
}
settings-delivery = Too large for the chat: { $delivery ->
    [link] as a link
   *[other] in parts
}
settings-language = Language: { $language }
settings-form-mixing = How I mix for you
settings-form-results = How results come to you
button-mixing = Mixing
button-results = Results
button-reset = Reset
button-server = This server

## A server's rules

server-title = This server
server-intro = Rules for everyone here. They come on top of the bot’s own limits.
server-none = Rules are for servers and groups. Use /settings there.
server-managers-only = Only those who manage this server can set its rules.
server-whole = “{ $name }” must be a whole number, not { $value }.
server-channels = Channels: { $count ->
    [0] all
    [one] { $here ->
        [yes] only this one
       *[other] only one, and not this one
    }
   *[other] { $here ->
        [yes] only { $count }, and this is one of them
       *[other] only { $count }, and this is none of them
    }
}
server-roles = Roles: { $count ->
    [0] everyone
    [one] only one
   *[other] only { $count }
}
server-limit = { $what ->
    [jobs] Jobs at once
    [minutes] Minutes of music a day
   *[other] Megabytes sent in a day
}, all together: { $limit ->
    [0] no limit
   *[other] { $limit }
}
server-limit-each = { $what ->
    [jobs] Jobs at once
    [minutes] Minutes of music a day
   *[other] Megabytes sent in a day
}, per person: { $limit ->
    [0] no limit
   *[other] { $limit }
}
button-channel-on = Allow this channel only
button-channel-too = Allow this channel too
button-channel-off = Disallow this channel
button-channel-all = Allow all channels
button-channels = Channels
button-roles = Roles
button-together = Limits for all
button-each = Limits per person

## /privacy

privacy-title = What I keep about you
privacy-kept = I keep your files and results for { $hours } hours, and your settings, tray, glasses and linked chats until you change them. I show them to nobody else. If the operator has blocked you, I keep that, and why. Export sends you all of it in one ZIP; Erase removes all of it.
privacy-records = Records: { $count }
privacy-files = Files: { $count }, { $size }
privacy-archive = Everything about me
privacy-packing = I am packing everything into one ZIP. It comes to you alone.
privacy-ask-title = Erase everything?
privacy-ask = Your results, files, tray, settings and links between chats go for good, and what is being made for you stops. Export first if you want to keep something. Messages that I posted stay in the chat until you delete them. What counts towards your limits does so for 24 hours all the same, kept without your name. If the operator has blocked you, that stays: which chats, and why.
privacy-erased = Everything about you is erased.
button-export = Export
button-erase = Erase
button-erase-now = Erase everything

## /connect and /disconnect

platform-web = the web chat
list-and = { $first } and { $last }
list-or = { $first } or { $last }
connect-code = Use /connect in your other chat within { $minutes } minutes, with the code { $code }.
    Library, tray and settings are then the same in both. Show the code to nobody.
connect-linked = Linked so far: { $chats }
connect-ask = Link this chat with { $chats }? What you made here becomes that account’s, and stays there even if you unlink. Go on only if you asked for this code yourself, in your other chat.
connect-kept = Not linked. Whoever sent you that code can do nothing with it here.
button-connect = Link
connect-done = Linked: { $chats }. Library, tray and settings are the same there now.
disconnect-alone = This chat is not linked to another one. /connect links one.
disconnect-ask = Unlink this chat? What you have shared stays with { $chats }; here you start anew.
disconnect-done = Unlinked. What you had shared is still there in { $chats }.
disconnect-kept = It stays linked.
button-disconnect = Unlink

## /glasses

glasses-title = Your glasses
glasses-intro = Each photo that they take comes back as a music video.
glasses-none = You have not paired any glasses yet. Press Pair, and enter what I show you in an app on your glasses.
glasses-name = Glasses { $number }
glasses-named = You have glasses that are called “{ $name }” already. Choose another name.
glasses-which = Which ones? Add their name. You have paired: { $names }.
glasses-gone-pair = These glasses are not paired any more. /glasses shows those that are.
glasses-no-posting = You may not write in this channel, so I do not send your videos here. Choose another one.
glasses-paired = “{ $name }” are paired
glasses-token = Enter both in a MentraOS app, as customWebhookUrl and authToken. The token is a password: I show it this once, and keep only a hash of it. Press Test on /glasses to try it out.
glasses-token-local = Enter both in a MentraOS app, as customWebhookUrl and authToken. The token is a password: I show it this once, and keep only a hash of it. The address works on this machine only, until the operator sets TAPEDECK_PUBLIC_URL to one that glasses can reach.
glasses-url = Address: { $url }
glasses-secret = Token: { $token }
glasses-to = Videos go { $place ->
    [dm] to you alone
    [here] to this channel
   *[there] to another channel
}.
glasses-burst = { $seconds ->
    [0] Each photo becomes a video of its own.
   *[other] Photos within { $seconds } seconds of each other become one video.
}
glasses-used = Last photo: { $ago }
glasses-unused = Paired { $ago }, no photo so far
glasses-changed = Saved.
glasses-unpair = Unpair “{ $name }”? Their token stops working at once; what was made stays.
glasses-unpaired = “{ $name }” are unpaired. Their token is worthless now.
glasses-tested = A photo of the sea is on its way, as if “{ $name }” had taken it. Its video comes to where their videos go.
glasses-test-label = Test photo.png
glasses-video = Video of your photo
glasses-came = { $count ->
    [one] A photo came from “{ $name }”. I make a video of it.
   *[other] { $count } photos came from “{ $name }”. I make one video of them.
}
glasses-failed = A photo of “{ $name }” is missing: { $reason }
glasses-waits = A photo came from “{ $name }” and waits: { $reason }
glasses-gone = Its file is no longer kept.
button-pair = Pair
button-test = Test
button-videos-here = Videos here
button-videos-dm = Videos to me
button-unpair = Unpair

## /help

help-title = Tapedeck
help-intro = I turn tracks into a mixtape with crossfades, chapters and a cover. Drop tracks here, over as many messages as you like, and press Mix. Or use a command:
help-unknown = There is no command “{ $topic }”. There are: { $known }.
help-example = Example: { $example }
help-range = { $least } to { $most } { $unit }
help-flag = yes or no
help-default = usually { $default }
button-all-commands = All commands
