"""Hand-written word lists: people, things, places, food, activities; names stand in `names`."""

from __future__ import annotations

__all__ = [
    "ACTIVITIES",
    "ANIMALS",
    "APPOINTMENTS",
    "COLOURS",
    "FOODS",
    "GENRES",
    "GROCERIES",
    "JOBS",
    "KIN",
    "LANGUAGES",
    "MEDICINES",
    "ROOMS",
    "SPOTS",
    "SUBJECTS",
    "THINGS",
    "TODOS",
    "TRAITS",
]


def _split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.replace("\n", " ").split(",") if part.strip()))


KIN = _split("""
sister, brother, mother, father, mum, dad, mom, wife, husband, partner, girlfriend, boyfriend, daughter,
son, grandmother, grandfather, grandma, grandpa, granny, aunt, uncle, cousin, niece, nephew,
mother-in-law, father-in-law, brother-in-law, sister-in-law, mother in law, father in law, brother in law,
sister in law, stepmother, stepfather, stepson,
stepdaughter, godmother, godson, neighbour, neighbor, landlord, landlady, flatmate, roommate, boss,
colleague, teacher, best friend, friend, dentist, doctor, plumber, hairdresser, babysitter, accountant,
lawyer, piano teacher, coach, trainer, cleaner, gardener, vet, tutor, manager, assistant, twin sister,
twin brother, older sister, little brother, younger sister, big brother, youngest son, oldest daughter,
fiancée, ex-wife, ex-husband, physiotherapist, therapist, midwife, nanny, carer, goddaughter,
half-sister, half-brother, son-in-law, daughter-in-law, great-aunt, grandson, granddaughter, lodger,
tenant, pen friend, neighbour's son, childminder, au pair, driving instructor, swimming teacher,
personal trainer, line manager, supervisor, business partner, ex-boyfriend, ex-girlfriend, schoolfriend,
old friend, best man, bridesmaid, pastor, optician, pharmacist, mechanic, builder, tailor, guitar
teacher, yoga teacher, violin teacher, chess partner, running partner, godfather,
great-uncle, guardian, mentor, intern, student
""")

ANIMALS = _split("""
dog, cat, rabbit, hamster, parrot, guinea pig, goldfish, tortoise, pony, horse, ferret, budgie, canary,
puppy, kitten, snake, lizard, gecko, goat, hen, duck, donkey, mouse, rat, cockatiel, terrapin,
chinchilla, hedgehog, kid goat, calf, foal, lamb, sheep, cow, bull, pig, piglet, llama, alpaca,
cockerel, gerbil, guinea fowl, macaw, cockatoo, python, iguana, newt, axolotl, frog, toad, spaniel,
poodle, labrador, terrier, collie, dachshund, greyhound, Siamese cat, tomcat, bull terrier, stick
insect, tarantula, goose, swan, turkey, pigeon, mule, carp, betta fish
""")

JOBS = _split("""
nurse, teacher, plumber, baker, carpenter, lawyer, electrician, pilot, chef, dentist, mechanic,
gardener, painter, librarian, farmer, journalist, architect, accountant, cashier, waiter, photographer,
translator, firefighter, vet, pharmacist, surgeon, tailor, butcher, optician, welder, roofer, barista,
florist, judge, programmer, designer, bus driver, taxi driver, truck driver, social worker, civil
engineer, data analyst, midwife, paramedic, musician, estate agent, tour guide, postman, security guard,
shop assistant, violin maker, beekeeper, cleaner, receptionist, lifeguard, plasterer, project manager,
lab technician, product manager, flight attendant, street musician, sculptor, actor, actress, dancer,
singer, writer, poet, editor, publisher, banker, broker, auditor, clerk, secretary, caretaker, porter,
janitor, miner, fisherman, sailor, soldier, detective, police officer, prison guard, bricklayer,
stonemason, glazier, locksmith, blacksmith, jeweller, watchmaker, shoemaker, weaver, potter, brewer,
winemaker, cheesemonger, fishmonger, greengrocer, bookseller, antiques dealer, auctioneer, anaesthetist,
radiologist, dietitian, speech therapist, physiotherapist, nursery nurse, headteacher, lecturer,
professor, chemist, physicist, geologist, astronomer, biologist, statistician, economist, software
developer, web designer, game designer, train driver, tram driver, crane operator, air traffic
controller, ski instructor, yoga teacher, personal trainer, football coach, referee, park ranger, dog
trainer, zookeeper, undertaker, priest, interpreter, diplomat, mayor, bailiff, notary, clown, magician,
puppeteer,
bartender, cook, delivery driver, courier, lorry driver, forklift driver, warehouse worker, factory worker,
machinist, fitter, toolmaker, joiner, cabinet maker, upholsterer, decorator, tiler, scaffolder, surveyor,
landscaper, tree surgeon, groundskeeper, forester, gamekeeper, shepherd, dairy farmer, fruit picker,
winegrower, chimney sweep, window cleaner, pest controller, bin man, street sweeper, train conductor,
ticket inspector, customs officer, border guard, coastguard, ferry captain, marine biologist, oceanographer,
meteorologist, botanist, zoologist, archaeologist, historian, philosopher, linguist, mathematician,
physics teacher, maths teacher, art teacher, music teacher, piano teacher, driving instructor,
swimming instructor, teaching assistant, school principal, nanny, au pair, childminder, carer, care worker,
hospice nurse, district nurse, psychiatrist, psychologist, psychotherapist, counsellor, cardiologist,
dermatologist, paediatrician, neurologist, orthodontist, dental nurse, chiropractor, osteopath, masseur,
beautician, hairdresser, barber, tattoo artist, fashion designer, seamstress, dressmaker, costume designer,
set designer, graphic designer, illustrator, animator, film director, cameraman, sound engineer, DJ,
conductor, composer, organist, drummer, pianist, cellist, opera singer, stuntman, radio presenter,
newsreader, reporter, copywriter, proofreader, novelist, screenwriter, archivist, museum curator,
art dealer, gallery owner, shopkeeper, market trader, sales assistant, sales manager, buyer, store manager,
call centre agent, insurance agent, tax adviser, bookkeeper, payroll clerk, financial adviser, stockbroker,
investment banker, bank clerk, management consultant, recruiter, personnel manager, office manager,
personal assistant, solicitor, barrister, paralegal, court reporter, probation officer, civil servant,
town planner, politician, councillor, ambassador, army officer, fighter pilot, helicopter pilot,
flight engineer, aerospace engineer, mechanical engineer, electrical engineer, chemical engineer,
software engineer, network engineer, systems administrator, data scientist, security researcher,
product designer, tester, gas fitter, heating engineer, solar panel fitter, lift engineer, car salesman,
bike mechanic, boat builder, piano tuner, clockmaker, goldsmith, glassblower, bookbinder, printer,
signwriter, candle maker, soap maker, chocolatier, pastry chef, sommelier, hotel manager, concierge,
chambermaid, travel agent, wedding planner, event manager, croupier, jockey, riding instructor,
climbing instructor, surf instructor, professional footballer, rugby player, chess player, monk, nun, vicar,
rabbi, imam, chaplain
""")

FOODS = _split("""
plums, mushrooms, olives, coriander, cilantro, aubergine, liver, blue cheese, strawberries, peanut
butter, oysters, spicy food, garlic, raw onions, anchovies, dark chocolate, white chocolate, pancakes,
sushi, ramen, lentil soup, beetroot, brussels sprouts, mango, pineapple on pizza, marzipan, liquorice,
black coffee, green tea, oat milk, goat's cheese, tofu, salmon, sardines, tuna, lamb, roast chicken, pea
soup, pumpkin, sweet potatoes, rice pudding, cinnamon, ginger, celery, fennel, kale, spinach, cucumber,
tomatoes, cherries, apricots, raspberries, figs, dates, walnuts, pistachios, popcorn, pickles,
sauerkraut, kimchi, falafel, hummus, curry, dumplings, noodles, lasagne, risotto, paella, tacos,
burritos, porridge, muesli, croissants, rye bread, cheesecake, apple pie, banana bread, carrot cake,
vanilla ice cream, lemon tart, trifle, waffles, bagels, scrambled eggs, fried eggs, bacon, gravy,
asparagus, artichokes, broccoli, cauliflower, leeks, radishes, turnips, parsnips, sweetcorn, peas, green
beans, chickpeas, lentils, couscous, quinoa, polenta, gnocchi, ravioli, spaghetti, macaroni cheese, fish
and chips, shepherd's pie, meatballs, sausages, schnitzel, goulash, beef stew, pork chops, duck, turkey,
venison, rabbit stew, prawns, mussels, squid, crab, lobster, trout, cod, herring, smoked mackerel,
caviar, cottage cheese, feta, brie, mozzarella, cream cheese, yoghurt, custard, meringue, tiramisu,
doughnuts, brownies, shortbread, gingerbread, flapjacks, scones, crumpets, pretzels, crisps, peanuts,
cashews, almonds, hazelnuts, chestnuts, coconut, papaya, lychees, passion fruit, kiwis, melon,
grapefruit, limes, blackberries, blueberries, gooseberries, redcurrants, rhubarb, quinces, persimmons,
horseradish, wasabi, chilli, paprika, saffron, basil, thyme, rosemary, dill, mint tea, iced tea,
elderflower cordial, tomato juice, buttermilk, ginger beer, cold brew, espresso, hot chocolate, maple
syrup, treacle, lemon curd, chutney, pesto, guacamole, miso soup, onion soup, potato salad, coleslaw,
egg fried rice, spring rolls, pad thai, biryani, dal, naan bread, pitta, sourdough,
apples, bananas, pears, peaches, nectarines, oranges, satsumas, clementines, lemons, grapes, pineapple,
pomegranates, dragon fruit, cranberries, raisins, sultanas, prunes, olive oil, rice, brown rice, wild rice,
bulgur, barley, oats, granola, cornflakes, toast, white bread, garlic bread, focaccia, ciabatta, baguettes,
tortillas, wraps, pasta, penne, tagliatelle, carbonara, bolognese, pizza, calzone, hamburgers,
cheeseburgers, hot dogs, kebabs, shawarma, gyros, souvlaki, moussaka, tzatziki, baba ganoush, tabbouleh,
halloumi, paneer, samosas, pakoras, bhajis, chapatis, dosas, korma, vindaloo, tikka masala, butter chicken,
green curry, red curry, laksa, pho, satay, nasi goreng, rendang, sashimi, tempura, teriyaki, udon, soba,
okonomiyaki, bibimbap, bulgogi, tteokbokki, dim sum, wontons, chow mein, hot pot, congee, ceviche,
empanadas, enchiladas, quesadillas, nachos, fajitas, chilli con carne, refried beans, black beans,
kidney beans, baked beans, jollof rice, fufu, plantain, yams, cassava, okra, injera, tagine, harissa,
borscht, pierogi, blini, stroganoff, dumpling soup, chicken soup, tomato soup, mushroom soup, leek soup,
gazpacho, bouillabaisse, ratatouille, quiche, crepes, souffle, coq au vin, cassoulet, foie gras, escargots,
steak, roast beef, roast pork, ham, salami, chorizo, prosciutto, black pudding, haggis, kidney pie,
cottage pie, fish pie, bangers and mash, mashed potatoes, roast potatoes, chips, jacket potatoes,
hash browns, omelettes, boiled eggs, poached eggs, mayonnaise, ketchup, mustard, soy sauce, fish sauce,
hot sauce, vinegar, honey, jam, marmalade, cheddar, gouda, parmesan, camembert, gorgonzola, ricotta,
sour cream, whipped cream, butter, margarine, milk, soy milk, almond milk, kefir, lassi, smoothies,
milkshakes, lemonade, apple juice, orange juice, cranberry juice, beer, cider, red wine, white wine,
champagne, gin, whisky, rum, vodka, cappuccinos, lattes, decaf, chamomile tea, earl grey, rooibos, matcha,
cocoa, fudge, toffee, caramel, nougat, marshmallows, jelly beans, wine gums, licorice, mints, chewing gum,
ice lollies, sorbet, panna cotta, creme brulee, baklava, halva, churros, macarons, eclairs, profiteroles,
fruit salad, fruit cake, sponge cake, chocolate cake, cupcakes, muffins, biscuits, cookies, rice cakes,
crackers, oatcakes, seaweed, tempeh, seitan, bean sprouts, bok choy, cabbage, red cabbage, lettuce, rocket,
watercress, courgettes, peppers, avocado, corn on the cob, butternut squash, carrots, potatoes, shallots,
spring onions, chives, parsley, sage, oregano, tarragon, cumin, turmeric, cardamom, cloves, nutmeg,
star anise, vanilla, sesame seeds, sunflower seeds, pine nuts, brazil nuts, pecans, macadamia nuts, clams,
scallops, octopus, eel, haddock, halibut, sea bass, mackerel, kippers, anchovy paste, pheasant, goose,
quail, veal, mutton, oxtail, tripe, sweetbreads
""")

ALLERGENS = FOODS + _split(
    "penicillin, pollen, cat hair, bee stings, nuts, peanuts, shellfish, gluten, latex, dust, wool, soy"
)

COLOURS = _split("""
red, blue, green, yellow, orange, purple, pink, brown, black, white, grey, turquoise, teal, navy blue,
beige, crimson, violet, olive green, dark green, light blue, silver, gold, maroon, mint, lilac, ochre,
mustard yellow, cream, ivory, khaki, magenta, indigo, cyan, burgundy, scarlet, coral, peach, apricot,
lavender, mauve, charcoal, bronze, copper, rust red, sky blue, royal blue, bottle green, lime green,
lemon yellow, off-white, dark brown
""")

THINGS = _split("""
keys, glasses, wallet, phone, bike, remote control, charger, sunglasses, hairbrush, screwdriver, scarf,
hat, gloves, bike lock, shopping bags, helmet, diary, drawing pad, nail scissors, sewing machine,
kettle, spade, rake, wheelbarrow, dustpan, broom, fan, heater, cash box, letters, contract, lease, will,
savings book, gift cards, tickets, tape, string, rope, chess set, puzzle, teddy bear, stroller, car
seat, high chair, spare key, car key, house keys, passport, toolbox, ladder, drill, hammer, flashlight,
torch, umbrella, sewing kit, first aid kit, suitcase, tent, sleeping bag, camping stove, bike pump,
garden hose, lawnmower, snow shovel, christmas lights, extension cord, batteries, light bulbs, candles,
matches, tape measure, scissors, glue gun, stapler, printer paper, birth certificate, insurance papers,
tax folder, photo albums, old laptop, phone charger, camera, tripod, headphones, board games, yoga mat,
football, tennis racket, skis, ice skates, swimming goggles, winter coats, rain boots, hiking boots,
vacuum cleaner, iron, ironing board, mop, bucket, paint brushes, wallpaper, picnic blanket, cool box,
baking tray, cake tin, waffle iron, blender, rice cooker, corkscrew, good china, vase, dog leash, cat
carrier, fish food, pressure gauge, jump leads, spare tyre, fuse box, water meter, stopcock, guitar,
violin, sheet music, telescope, microscope, magnifying glass, reading glasses, wedding ring, medicine
box, thermometer, hot water bottle, blue folder, red notebook, recipe book, warranty card, receipts,
vaccination card, hand towels, oven gloves, rolling pin, egg timer, cheese grater, potato peeler, bread
knife, salad bowl, frying pan, wok, teapot, thermos flask, lunch box, water bottle, coasters,
tablecloth, napkins, tin opener, bottle opener, measuring jug, kitchen scales, colander, whisk, ladle,
apron, tea towels, dish rack, washing line, pegs, clothes horse, laundry bag, duvet, pillowcase,
blanket, curtain rail, lampshade, door mat, picture frame, mirror, alarm clock, wall clock, calendar,
notebook, fountain pen, ruler, compass, calculator, eraser, hole punch, envelopes, postage stamps, paper
clips, folder, briefcase, rucksack, handbag, purse, belt, tie, cufflinks, earrings, necklace, bracelet,
brooch, wig, slippers, sandals, trainers, wellies, raincoat, dressing gown, pyjamas, swimsuit, snorkel,
wetsuit, surfboard, paddle, life jacket, fishing rod, binoculars, hammock, deck chair, parasol,
barbecue, charcoal, watering can, secateurs, hedge trimmer, flower pots, seeds, compost bin, bird
feeder, pet carrier, dog bowl, cat flap key, hamster wheel, pliers, spanner, spirit level, saw, chisel,
sandpaper, paint roller, varnish, wood glue, nails, screws, hooks, padlock, chain, bike helmet, puncture
kit, jack, warning triangle, ice scraper, road atlas, dash cam, phone holder, router, keyboard, mouse,
webcam, microphone, speakers, hard drive, memory card, usb stick, printer, scanner, projector, record
player, harmonica, drumsticks, music stand, metronome, paint box, easel, knitting needles, wool,
buttons, zips, thimble, jigsaw, playing cards, dice, marbles, kite, skipping rope, frisbee, darts,
dumbbells, exercise bike, rowing machine, plasters, bandages, eye drops, hearing aid, crutches, walking
stick, wheelchair, hot plate, heat pad, humidifier, deed, marriage certificate, bank statements,
payslips, invoices, instruction manual, guarantee, spare fuse, candle holder, incense, photo of grandma,
love letters, stamp album
""")

PLURAL_THINGS = frozenset(
    _split("""
keys, glasses, sunglasses, gloves, shopping bags, nail scissors, letters, gift cards, tickets, swimming
goggles, house keys, batteries, light bulbs, candles, matches, scissors, insurance papers, photo albums,
headphones, board games, skis, ice skates, winter coats, rain boots, hiking boots, paint brushes, jump
leads, reading glasses, receipts, christmas lights, hand towels, oven gloves, coasters, napkins, kitchen
scales, tea towels, pegs, paper clips, envelopes, postage stamps, cufflinks, earrings, slippers,
sandals, trainers, wellies, pyjamas, binoculars, secateurs, flower pots, seeds, pliers, nails, screws,
hooks, speakers, drumsticks, knitting needles, buttons, zips, playing cards, dice, marbles, darts,
dumbbells, plasters, bandages, eye drops, crutches, bank statements, payslips, invoices, love letters
""")
)

ROOMS = _split("""
kitchen, garage, shed, attic, basement, cellar, hallway, bathroom, bedroom, living room, spare room,
study, office, guest room, pantry, utility room, laundry room, loft, conservatory, greenhouse, porch,
boot of the car, car, cupboard, dining room, nursery, playroom, music room, workshop, carport, driveway,
balcony, terrace, garden, front garden, back garden, summer house, tool shed, wine cellar, larder,
boiler room, landing, staircase, box room, dressing room, wet room, downstairs toilet, sauna, gym room,
library, sunroom, stable, barn, hayloft
""")

SPOTS = _split("""
in the top drawer, in the bottom drawer, in the hall cupboard, under the sink, behind the boiler, on the
top shelf, under the stairs, in the blue box, in the shoe box, on the hook by the door, in the glove
compartment, in the garage, in the shed, in the attic, in the cellar, under the doormat, under the
flower pot, behind the mirror, in the safe, on the windowsill, in the wardrobe, under the bed, in the
desk, in the filing cabinet, next to the washing machine, in the kitchen drawer, in my backpack, in my
coat pocket, in the boot of the car, above the fridge, in the oven, on the piano, in the bedside table,
behind the sofa, in the spare room, in the laundry basket, at my mum's place, in the red suitcase, in
the medicine cabinet, in the third drawer from the top, on the shelf above the door, inside the
grandfather clock, in the tin with the buttons, at the back of the freezer, between the cookbooks, on
the kitchen table, on the bookcase, behind the wardrobe, under the sofa, under the rug, in the umbrella
stand, in the piano stool, in the linen cupboard, in the bread bin, in the biscuit tin, behind the
curtain, on the mantelpiece, by the front door, by the back door, next to the router, next to the
toaster, beside the bed, inside the teapot, in the washing basket, in the tumble dryer, at the office,
at work, at the neighbour's, at school, in the locker, in the caravan, on the balcony, on the terrace,
under the bench, under the tree, behind the shed, in the greenhouse, in the compost heap, in the
letterbox, on the noticeboard, on the fridge door, in the freezer, in the cool bag, in the green
suitcase, in the sports bag, in the wicker basket, in the sewing box, in the chest of drawers, in the
second drawer, in the left drawer, in the cutlery drawer, on the bottom shelf, on the middle shelf, on
top of the wardrobe, on top of the cupboard, above the door, below the window, between the sofa and the
wall, between the mattresses, behind the radiator, behind the bookshelf, in front of the mirror, at the
bottom of the bag, at the top of the stairs, at the end of the corridor, in the back of the van, in the
pocket of my old jacket, in the bag with the wool, in the box marked winter, under the loose floorboard,
on my desk, in her room, in our bedroom, near the window, near the fireplace, upstairs, downstairs,
outside, by the pond
""")

ACTIVITIES = _split("""
swimming, football, tennis, chess, piano, violin, guitar, ballet, judo, karate, yoga, pilates, choir,
pottery, painting, drama, climbing, fencing, hockey, basketball, volleyball, badminton, rowing, skating,
gymnastics, drawing, cooking, sewing, knitting, driving, riding, dance, salsa, tango, drum, flute,
cello, trumpet, singing, coding, archery, rugby, cricket, boxing, sailing, surfing, golf, table tennis,
spanish, french, german, italian, japanese, running, cycling, hiking, skiing, snowboarding, ice hockey,
water polo, diving, canoeing, kayaking, windsurfing, horse riding, bowling, billiards, darts, squash,
netball, handball, baseball, softball, lacrosse, wrestling, taekwondo, aikido, kickboxing, tai chi, aqua
aerobics, spinning, zumba, tap dance, ballroom dancing, folk dance, belly dancing, saxophone, clarinet,
oboe, trombone, harp, organ, accordion, ukulele, banjo, bass guitar, double bass, recorder, orchestra,
beatboxing, improv, stand-up, creative writing, calligraphy, origami, photography, film making,
printmaking, woodwork, basket weaving, embroidery, quilting, crochet, jewellery making, baking, wine
tasting, gardening, birdwatching, astronomy, scouts, first aid, sign language, russian, arabic,
mandarin, portuguese, latin, robotics, bridge, poker, scrabble
""")

APPOINTMENTS = _split("""
dentist appointment, doctor's appointment, eye test, haircut, parents' evening, school play, job
interview, parent meeting, car inspection, blood test, vet appointment, flu shot, physio session, team
meeting, book club, house viewing, wedding rehearsal, birthday party, dinner with the neighbours, staff
meeting, boiler service, piano recital, chess tournament, school trip, sports day, bake sale, garden
party, band rehearsal, vaccination, driving test, maths exam, history exam, final exam, tax appointment,
bank appointment, passport appointment, city marathon, football match, concert, theatre evening, cinema
night, games night, family lunch, class reunion, graduation, christening, funeral, wedding, housewarming
party, farewell party, job fair, open day, pottery class, swimming lesson, piano lesson, driving lesson,
guitar lesson, tennis lesson, riding lesson, language class, yoga class, dance class, choir practice,
football practice, antenatal class, support group, council meeting, parcel delivery, sofa delivery,
plumber's visit, chimney sweep, window cleaner, gas check, meter reading, train, flight, ferry, bus to
the airport, night train, conference call, video call with grandma, webinar, deadline, rent payment,
exhibition, opening night, quiz night, clinic visit, mammogram, hearing test, allergy test, scan,
check-up, root canal, x-ray, ultrasound, blood donation, hospital visit, knee operation, cataract
surgery, massage, facial, manicure, hairdresser appointment, tattoo appointment, fitting, passport
photo, notary appointment, court hearing, custody meeting, mediation, tenants' meeting, residents'
meeting, town hall meeting, budget meeting, project review, stand-up, sprint planning, board meeting,
shareholders' meeting, training day, induction, probation review, exit interview, phone interview,
casting, audition, dress rehearsal, premiere, matinee, opera night, ballet, circus, fair, flea market,
farmers' market, christmas market, car boot sale, auction, open mic, karaoke night, poker night, book
launch, poetry reading, guest lecture, oral exam, resit, spelling test, swimming gala, athletics meet,
cup final, semi-final, derby, rowing regatta, fun run, triathlon, bike tour, day trip, school disco,
prom, first communion, confirmation, bar mitzvah, baby shower, hen party, stag party, engagement party,
silver wedding, golden wedding, leaving do, office party, street party, barbecue, picnic, brunch,
afternoon tea, dinner party, coffee morning, playdate, sleepover, crib party, moving van, furniture
delivery, fridge delivery, boiler inspection, fire drill, alarm test, water meter reading, broadband
installation, carpet cleaning, tree felling, coach to London, airport pickup, car handover, tyre change,
mot, road test
""")

GROCERIES = _split("""
milk, eggs, bread, butter, cheese, apples, bananas, oranges, lemons, grapes, tomatoes, potatoes, onions,
carrots, cucumber, lettuce, rice, pasta, flour, sugar, salt, pepper, olive oil, vinegar, honey, jam, coffee,
tea, yogurt, cream, chicken, minced beef, fish fingers, tofu, beans, chickpeas, lentils, oats, cereal,
crackers, biscuits, chocolate, toilet paper, kitchen roll, washing powder, dish soap, shampoo, toothpaste,
nappies, cat litter, dog food, bin bags, batteries, light bulbs, candles, aluminium foil, baking powder,
vanilla sugar, sparkling water, orange juice, beer, red wine, frozen peas, ice cream, spinach, broccoli,
mushrooms, garlic, ginger, avocados, strawberries, plasters, mustard, ketchup, mayonnaise, soy sauce, sesame
seeds, tuna, sausages, ham, tortillas, peanut butter, oat milk, sponges, tissues, hand cream, razor blades,
stamps, sandpaper, wood glue, paint, screws, bird seed, hay, yeast
""")

TODOS = _split("""
call the bank, pay the rent, water the plants, clean the gutters, renew the passport, book the flights,
wash the car, fix the bike, buy a present for grandma, return the library books, email the landlord,
cancel the subscription, change the bed sheets, defrost the freezer, order new contact lenses, pick up
the parcel, sort the photos, mow the lawn, call mum, write to the school, back up the laptop, clean the
oven, hang the curtains, sell the sofa, book a dentist appointment, feed the neighbour's cat, pay the
electricity bill, iron the shirts, send the invoice, print the tickets, pack the bags, take out the
recycling, repair the fence, paint the shed, call the insurance, get a haircut, file the taxes, read the
contract, charge the camera, plan the party, bake a cake, thank aunt May, buy train tickets, renew the
parking permit, collect the dry cleaning, replace the smoke alarm battery, check the tyres, descale the
kettle, oil the hinges, bleed the radiators, sweep the patio, prune the roses, weed the beds, plant the
bulbs, rake the leaves, clear the drain, unblock the sink, fix the tap, tighten the screws, change the
light bulb, vacuum the stairs, dust the shelves, polish the shoes, sew the button, mend the zip, wash
the curtains, fold the laundry, sort the socks, empty the dishwasher, sharpen the knives, label the
boxes, tidy the desk, shred the papers, scan the receipts, update the software, reset the router, charge
the scooter, pump up the tyres, top up the oil, book the ferry, check the timetable, reserve a table,
ring the surgery, text Sam, answer the letter, post the card, wrap the presents, order the cake, hire a
van, visit aunt Vera, walk the neighbour's dog, worm the cat, groom the pony, top up the meter, pay the
fine, renew the library card, apply for the visa, sign the form, translate the letter, study for the
exam, practise the piano, finish the essay
""")

GENRES = _split("""
film, song, book, colour, color, food, animal, season, band, singer, restaurant, drink, dessert, fruit,
vegetable, game, sport, subject, teacher, author, poem, series, podcast, flower, tree, ice cream, tea,
breakfast, holiday, city, perfume, café, pub, toy, superhero, dinosaur, cake, cheese, soup, chocolate,
number, word, smell, board game, aunt, park, bakery
""")

LANGUAGES = _split("""
Spanish, French, German, Italian, Dutch, Polish, Czech, Turkish, Arabic, Hindi, Urdu, Bengali, Tamil, Thai,
Vietnamese, Korean, Japanese, Mandarin, Cantonese, Swahili, Yoruba, Zulu, Greek, Hebrew, Russian, Ukrainian,
Welsh, Irish, Norwegian, Swedish, Danish, Finnish, Portuguese, Romanian, Hungarian, Latin, sign language
""")

MEDICINES = _split("""
vitamin D, iron tablets, aspirin, blood pressure pills, antibiotics, eye drops, insulin, cough syrup,
magnesium, allergy tablets, the heart pills, the blue pills, thyroid tablets, folic acid, fish oil,
zinc, the white tablets, paracetamol, ibuprofen, statins, beta blockers, water tablets, steroid cream,
nasal spray, asthma inhaler, hay fever tablets, sleeping pills, calcium, vitamin B12, vitamin C,
probiotics, ear drops, throat lozenges, the pink pills, the yellow capsules, painkillers, hormone
patches, cod liver oil, omega three, indigestion tablets, antidepressants
""")

SUBJECTS = _split("""
maths, history, biology, chemistry, physics, geography, law, medicine, economics, philosophy, music,
fine art, computer science, architecture, engineering, nursing, psychology, linguistics, archaeology,
marine biology, theology, classics, sociology, politics, journalism, education, drama, theatre, film
studies, fashion, graphic design, dentistry, pharmacy, veterinary science, agriculture, forestry,
geology, astronomy, statistics, accounting, marketing, business, finance, logistics, electronics,
robotics, mechanical engineering, civil engineering, social work
""")

TRAITS = _split("""
left-handed, colour blind, diabetic, pregnant, a morning person, a night owl, deaf in one ear, retired,
divorced, single, shy, married, an only child, a twin, a bad sleeper, short-sighted, claustrophobic, a
slow reader, a good cook, ticklish, on a diet, a widow, asthmatic, double-jointed, a blood donor, in a
choir, a member of the rowing club, a vegetarian at heart, off work on Fridays, seasick on boats, always
late, hard of hearing, afraid to drive, a godparent, out of a job, self-employed, on night shift, in the
fire brigade, a volunteer at the shelter, a football referee, new in town, good with animals, bad with
names, a light sleeper, a heavy sleeper, a citizen of two countries, dyslexic, a chess champion, a
smoker, a non-smoker, teetotal, a vegetarian, a pacifist, a perfectionist, a redhead, a grandparent, a
foster parent, a single parent, a newlywed, an orphan, an early riser, an insomniac, a fast learner, a
bad driver, a keen gardener, a chatterbox, a bookworm, a film buff, a collector, a hoarder, a
minimalist, a regular at the pub, a fan of old films, a cat person, a dog person, a bit deaf, a bit
clumsy, very tall, quite short, bald, blind in one eye, long-sighted, flat-footed, bow-legged,
hot-headed, superstitious, forgetful, punctual, stubborn, easygoing, bilingual, unemployed, on parental
leave, on sick leave, on crutches, in a wheelchair, in remission, in therapy, in debt, in the army, in
the navy, in a band, on the school board, on the night bus, off sugar, off alcohol, out of practice,
afraid of flying, good at maths, bad at spelling, hopeless at cooking, proud of the garden, used to
early mornings, allergic to mornings, married with three kids, happily divorced, recently widowed, newly
qualified, half Danish, part Irish, a member of the choir, a citizen of Norway, a blood group O donor, a
trained nurse, a former teacher, a retired pilot, colour-blind on one eye, prone to migraines
""")
